//! Stand-ins for the two Amalgam8 services, and for a registry that keeps files, for tests of generated deployments: no registry of images, no network and
//! no Go toolchain needed. They follow what the real services were seen to do wherever a deployment can get it wrong:
//! formats of settings and exit codes, what health requests answer, what happens without Redis, with a Redis that
//! hangs and after one that restarted, and how the processes end. One program; the name it is started under decides.
//!
//! The root is not called `main.rs`, as Cargo would then take the folder for a test of its own.

mod controller;
mod http;
mod instances;
mod json;
mod redis;
mod registry;
mod rules;
mod settings;
mod templates;

use std::path::Path;
use std::process::exit;

unsafe extern "C" {
    fn signal(number: i32, handler: usize) -> usize;
    fn _exit(code: i32) -> !;
}

const SIGINT: i32 = 2;
const SIGTERM: i32 = 15;

extern "C" fn end(_number: i32) {
    // Safety: `_exit` may be called in a signal handler.
    unsafe { _exit(2) }
}

/// The services end at once on SIGTERM, requests under way or not. The kernel ignores a signal without a handler for
/// process 1 only, where the real ones end with code 2; elsewhere the default is what they do.
fn end_on_signals() {
    if std::process::id() == 1 {
        let handler = end as extern "C" fn(i32) as usize;
        // Safety: the handler only calls `_exit`.
        unsafe {
            signal(SIGTERM, handler);
            signal(SIGINT, handler);
        }
    }
}

/// The real controller reads its schema from the current folder, so a deployment must not change that. The images
/// carry such a file beside the program; where there is none (a plain process in a test) nothing is asked.
fn check_folder() {
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("rules-schema.json")));
    if beside.is_some_and(|path| path.exists()) && !Path::new("rules-schema.json").exists() {
        eprintln!("cannot read rules-schema.json in the current folder");
        exit(1);
    }
}

fn main() {
    end_on_signals();
    let name = std::env::args().next().unwrap_or_default();
    match Path::new(&name).file_name().and_then(|name| name.to_str()) {
        Some("a8controller") => {
            check_folder();
            controller::run();
        }
        Some("a8registry") => registry::run(),
        Some("templates") => templates::run(),
        _ => {
            eprintln!("start this program as a8controller, a8registry or templates");
            exit(64);
        }
    }
}
