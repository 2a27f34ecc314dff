//! Where the registry keeps instances of services, each with a time to live: in memory or in Redis.

use crate::json::Value;
use crate::redis::Pool;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub enum Store {
    Memory(Mutex<BTreeMap<String, (String, Instant)>>),
    Redis(Pool),
}

impl Store {
    pub fn all(&self, prefix: &str) -> Result<Vec<Value>, String> {
        let texts = match self {
            Self::Memory(all) => {
                let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
                all.retain(|_, (_, end)| *end > Instant::now());
                all.iter().filter(|(key, _)| key.starts_with(prefix)).map(|(_, (text, _))| text.clone()).collect()
            }
            Self::Redis(pool) => pool.with(|redis| {
                let (mut cursor, mut keys) = ("0".to_owned(), BTreeSet::new());
                loop {
                    let mut found = redis.call(&["SCAN", &cursor, "MATCH", &format!("{prefix}*")])?.texts().into_iter();
                    cursor = found.next().ok_or("SCAN without a cursor")?;
                    keys.extend(found);
                    if cursor == "0" {
                        break;
                    }
                }
                if keys.is_empty() {
                    return Ok(Vec::new());
                }
                let words: Vec<&str> = ["MGET"].into_iter().chain(keys.iter().map(String::as_str)).collect();
                Ok(redis.call(&words)?.texts())
            })?,
        };
        Ok(texts.iter().filter_map(|text| Value::parse(text)).collect())
    }

    pub fn get(&self, key: &str) -> Result<Option<Value>, String> {
        match self {
            Self::Memory(all) => {
                let all = all.lock().unwrap_or_else(PoisonError::into_inner);
                let found = all.get(key).filter(|(_, end)| *end > Instant::now());
                Ok(found.and_then(|(text, _)| Value::parse(text)))
            }
            Self::Redis(pool) => {
                let texts = pool.with(|redis| redis.call(&["GET", key]))?.texts();
                Ok(texts.first().and_then(|text| Value::parse(text)))
            }
        }
    }

    pub fn put(&self, key: &str, instance: &mut Value, ttl: u64) -> Result<(), String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        instance.set("last_heartbeat", Value::number(now));
        let (text, ends) = (instance.to_string(), instance.text("status") != Some("OUT_OF_SERVICE"));
        match self {
            Self::Memory(all) => {
                let end = Instant::now() + Duration::from_secs(if ends { ttl } else { u64::from(u32::MAX) });
                all.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned(), (text, end));
                Ok(())
            }
            // Two commands, as the real one sends.
            Self::Redis(pool) => pool.with(|redis| {
                redis.call(&["SET", key, &text])?;
                if ends {
                    redis.call(&["EXPIRE", key, &ttl.to_string()])?;
                }
                Ok(())
            }),
        }
    }

    pub fn delete(&self, key: &str) -> Result<(), String> {
        match self {
            Self::Memory(all) => {
                all.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
                Ok(())
            }
            Self::Redis(pool) => pool.with(|redis| redis.call(&["DEL", key])).map(drop),
        }
    }
}
