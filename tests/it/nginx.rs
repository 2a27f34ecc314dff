//! nginx: how it is started where its package is not installed, and its language.

use std::path::Path;
use std::process::Command;

use crate::support::{skip, tool};

/// What a host with the package has: directories for its logs and its temporary files. For this process alone.
const HOST: &str = "mount -t tmpfs none /var/log && mkdir /var/log/nginx && mount -t tmpfs none /var/lib \
    && mkdir /var/lib/nginx && exec \"$0\" \"$@\"";

/// One of its versions with a file for its number, in a network of its own where nothing listens and every address can
/// be bound. `None` after a skip.
pub(crate) fn command(test: &str, version: &str, pid: &Path) -> Option<Command> {
    let words = words(test, version, pid)?;
    let apart = "echo 1 >/proc/sys/net/ipv4/ip_nonlocal_bind && exec \"$0\" \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--net", "sh", "-c", apart]).args(words);
    Some(command)
}

/// The words of its command line, but for its configuration. `None` after a skip.
pub(crate) fn words(test: &str, version: &str, pid: &Path) -> Option<Vec<String>> {
    let nginx = std::fs::canonicalize(tool(test, version)?).unwrap();
    let mounts = Command::new("unshare").args(["--mount", "--net", "true"]).output();
    if !mounts.is_ok_and(|output| output.status.success()) {
        skip(test, "no namespaces can be made here");
        return None;
    }
    let own = format!("daemon off; pid {};", pid.display());
    let nginx = nginx.to_string_lossy();
    let words = ["unshare", "--mount", "sh", "-c", HOST, &nginx, "-e", "stderr", "-g", &own];
    Some(words.map(str::to_owned).to_vec())
}

/// Every directive with the number of its words, blocks in their braces: what must not change with a word.
pub(crate) fn shape(text: &str, out: &mut String) {
    let mut words: Vec<String> = Vec::new();
    let mut depth = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '#' => drop(rest.by_ref().find(|c| *c == '\n')),
            ';' | '{' => {
                let name = words.first().unwrap_or_else(|| panic!("nothing before {c:?} in {text}"));
                out.push_str(&format!("{name} {}{c}\n", words.len()));
                depth += i32::from(c == '{');
                words.clear();
            }
            '}' => {
                assert!(words.is_empty() && depth > 0, "{words:?} before a brace in {text}");
                depth -= 1;
                out.push_str("}\n");
            }
            '"' | '\'' => {
                let word: String = rest.by_ref().take_while(|next| *next != c).collect();
                assert!(!word.contains('\\') || word == "ok\\n", "{word:?}");
                words.push(word);
            }
            c if c.is_whitespace() => {}
            c => {
                let mut word = c.to_string();
                while let Some(next) = rest.next_if(|next| !next.is_whitespace() && !";{}".contains(*next)) {
                    word.push(next);
                }
                // A variable is one of the template's own.
                let own = ["$request_method", "$again", "($again", "$http_host", "$remote_addr", "$scheme"];
                assert!(!word.contains('$') || own.contains(&word.as_str()), "{word:?}");
                words.push(word);
            }
        }
    }
    assert!(words.is_empty() && depth == 0, "{text} ends too soon");
}

#[test]
fn the_tokenizer_sees_what_breaks_out() {
    let of = |text: &str| {
        let mut out = String::new();
        shape(text, &mut out);
        out
    };
    assert_eq!(of("listen 80;"), of("listen 8080; # x\n"));
    for other in ["listen 80; listen 81;", "listen 80 ssl;", "listen {}", "listen \"80\" ssl;"] {
        assert_ne!(of("listen 80;"), of(other), "{other}");
    }
}
