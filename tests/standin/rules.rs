//! Where the controller keeps rules and the counter of their changes: in memory or in Redis.

use crate::redis::{Connection, Pool, Reply};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Rules as JSON by id, and the counter of changes.
#[derive(Clone, Default)]
pub struct Rules {
    pub rules: BTreeMap<String, String>,
    pub revision: String,
}

/// What a request does to the rules.
pub enum Change {
    Put(Vec<(String, String)>),
    Remove(Vec<String>),
    Clear,
}

pub enum Store {
    Memory(Mutex<BTreeMap<String, Rules>>),
    Redis(Pool),
}

pub type Decision<'a> = &'a dyn Fn(&BTreeMap<String, String>) -> Result<Change, String>;

impl Store {
    /// All rules, or those of `ids` if it has any: then, as with the real one, the time does not grow with the number
    /// of rules.
    pub fn read(&self, namespace: &str, ids: &[&str]) -> Result<Rules, String> {
        match self {
            Self::Memory(all) => {
                Ok(all.lock().unwrap_or_else(PoisonError::into_inner).get(namespace).cloned().unwrap_or_default())
            }
            Self::Redis(pool) => pool.with(|redis| {
                let key = format!("controller:{namespace}:rules");
                let rules = if ids.is_empty() { hash(redis, &key)? } else { some(redis, &key, ids)? };
                let revision = redis.call(&["GET", &format!("controller:{namespace}:revision")])?;
                Ok(Rules { rules, revision: revision.texts().pop().unwrap_or_default() })
            }),
        }
    }

    /// Adds or replaces rules. The real one does that in two steps of which the second may fail alone.
    pub fn insert(&self, namespace: &str, entries: &[(String, String)]) -> Result<(), String> {
        let Self::Redis(pool) = self else { return self.change(namespace, &|_| Ok(Change::Put(entries.to_vec()))) };
        pool.with(|redis| {
            redis.call(&put(&format!("controller:{namespace}:rules"), entries))?;
            redis.call(&["INCR", &format!("controller:{namespace}:revision")]).map(drop)
        })
    }

    pub fn change(&self, namespace: &str, decide: Decision<'_>) -> Result<(), String> {
        match self {
            Self::Memory(all) => {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                let own = all.entry(namespace.to_owned()).or_default();
                match decide(&own.rules)? {
                    Change::Put(entries) => own.rules.extend(entries),
                    Change::Remove(ids) => own.rules.retain(|id, _| !ids.contains(id)),
                    Change::Clear => own.rules.clear(),
                }
                own.revision = (own.revision.parse().unwrap_or(0u64) + 1).to_string();
                Ok(())
            }
            Self::Redis(pool) => pool.with(|redis| transact(redis, namespace, decide)),
        }
    }
}

fn hash(redis: &mut Connection, key: &str) -> Result<BTreeMap<String, String>, String> {
    let texts = redis.call(&["HGETALL", key])?.texts();
    Ok(texts.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect())
}

fn some(redis: &mut Connection, key: &str, ids: &[&str]) -> Result<BTreeMap<String, String>, String> {
    let words: Vec<&str> = ["HMGET", key].into_iter().chain(ids.iter().copied()).collect();
    let Reply::List(values) = redis.call(&words)? else { return Err("unexpected reply to HMGET".to_owned()) };
    let found = ids.iter().zip(values).filter_map(|(id, value)| Some(((*id).to_owned(), value.text()?)));
    Ok(found.collect())
}

fn put<'a>(key: &'a str, entries: &'a [(String, String)]) -> Vec<&'a str> {
    let fields = entries.iter().flat_map(|(id, rule)| [id.as_str(), rule.as_str()]);
    ["HMSET", key].into_iter().chain(fields).collect()
}

/// Reads, decides and writes, and begins anew when another replica wrote in between.
fn transact(redis: &mut Connection, namespace: &str, decide: Decision<'_>) -> Result<(), String> {
    let (rules, revision) = (format!("controller:{namespace}:rules"), format!("controller:{namespace}:revision"));
    loop {
        redis.call(&["WATCH", &rules])?;
        let change = hash(redis, &rules).and_then(|present| decide(&present));
        let change = match change {
            Ok(change) => change,
            Err(error) => {
                redis.call(&["UNWATCH"])?;
                return Err(error);
            }
        };
        let words: Vec<&str> = match &change {
            Change::Put(entries) => put(&rules, entries),
            Change::Remove(ids) => ["HDEL", &rules].into_iter().chain(ids.iter().map(String::as_str)).collect(),
            Change::Clear => vec!["DEL", &rules],
        };
        redis.call(&["MULTI"])?;
        // Nothing to remove still counts as a change of the revision.
        let queued =
            if words.len() > 2 || matches!(change, Change::Clear) { redis.call(&words).map(drop) } else { Ok(()) };
        let queued = queued.and_then(|()| redis.call(&["INCR", &revision]).map(drop));
        if let Err(error) = queued {
            redis.call(&["DISCARD"])?;
            return Err(error);
        }
        match redis.call(&["EXEC"])? {
            Reply::Nothing => {}
            Reply::List(replies) => {
                let refused = replies.into_iter().find_map(|reply| match reply {
                    Reply::Refused(text) => Some(text),
                    _ => None,
                });
                return refused.map_or(Ok(()), Err);
            }
            _ => return Err("unexpected reply to EXEC".to_owned()),
        }
    }
}
