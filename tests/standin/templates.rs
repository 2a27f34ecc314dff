//! A registry of a build cloud that keeps what it is given as files: its settings and as much of an API as the tests of
//! replicated storage need. Each replica knows its own files alone.

use crate::http::{self, Request, Response};
use crate::settings::{refuse, text};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

pub fn run() -> ! {
    let address = text("ANKA_LISTEN_ADDR", ":8089");
    let base = PathBuf::from(text("ANKA_BASE_PATH", "/mnt/vol"));
    let port = address.strip_prefix(':').and_then(|port| port.parse().ok());
    let port = port.unwrap_or_else(|| refuse("ANKA_LISTEN_ADDR must be `:PORT`"));
    let listener = http::listen(port).unwrap_or_else(|error| refuse(&format!("cannot listen: {error}")));
    http::serve(&listener, move |request| answer(&base, request))
}

fn answer(base: &Path, request: &Request) -> Response {
    let method = request.method.as_str();
    if request.path == "/registry/status" {
        return Response::empty(200);
    }
    if request.path == "/blobs" && method == "GET" {
        return listed(base);
    }
    let name = request.path.strip_prefix("/blobs/").unwrap_or_default();
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Response::empty(404);
    }
    let path = base.join(name);
    let done = match method {
        "GET" | "HEAD" => {
            return fs::read_to_string(path)
                .map_or_else(|_| Response::empty(404), |body| Response { body, ..Response::empty(200) });
        }
        "PUT" | "POST" => stored(base, &path, &request.body).map(|()| 201),
        "DELETE" => fs::remove_file(path).map(|()| 200),
        _ => Ok(405),
    };
    done.map_or_else(|error| Response::error(500, "error_internal", &error.to_string()), Response::empty)
}

/// The names of all, a line each.
fn listed(base: &Path) -> Response {
    let Ok(entries) = fs::read_dir(base) else { return Response::empty(500) };
    let mut names: Vec<String> = entries.filter_map(|it| it.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Response { body: names.join("\n"), ..Response::empty(200) }
}

/// Whole, or not at all.
fn stored(base: &Path, path: &Path, body: &str) -> std::io::Result<()> {
    let part = base.join(format!(".{}", path.file_name().unwrap_or_default().to_string_lossy()));
    File::create(&part)?.write_all(body.as_bytes())?;
    fs::rename(part, path)
}
