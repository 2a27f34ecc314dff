//! The page of failures in a real browser, which is driven by its own driver.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::drawing::sample::{full, hostile};
use crate::http;
use crate::output::scratch;
use crate::page::page;
use crate::support::tool;

const TEST: &str = "real browser";
/// A browser may take its time to start where other things run.
const PATIENCE: Duration = Duration::from_secs(60);
/// Keys by their numbers in WebDriver.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const END: &str = "\u{e010}";
const UP: &str = "\u{e013}";
const DOWN: &str = "\u{e015}";

/// A driver with one browser, which ends with the test.
struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// None after a skip.
    fn start() -> Option<Self> {
        let (chromium, chromedriver) = (tool(TEST, "chromium")?, tool(TEST, "chromedriver")?);
        let port = http::free_port();
        let driver = Command::new(chromedriver)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut browser = Self { driver, port, session: String::new() };
        let start = Instant::now();
        while http::get(port, "/status").is_err() {
            assert!(start.elapsed() < PATIENCE, "the driver does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        let options = json!({ "binary": chromium, "args": ["--headless", "--disable-gpu", "--window-size=1400,900"] });
        let logs = json!({ "performance": "ALL", "browser": "ALL" });
        let wanted = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": logs });
        let made = browser.ask("", json!({ "capabilities": { "alwaysMatch": wanted } }));
        browser.session = format!("/{}", made["sessionId"].as_str().unwrap());
        Some(browser)
    }

    /// Asks for something of the session.
    #[track_caller]
    fn ask(&self, path: &str, body: Value) -> Value {
        let path = format!("/session{}{path}", self.session);
        let address = (std::net::Ipv4Addr::LOCALHOST, self.port).into();
        let answer = http::ask(address, "POST", &path, &body.to_string(), PATIENCE).unwrap();
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap()["value"].take()
    }

    #[track_caller]
    fn open(&self, name: &str, page: &str) -> String {
        let path = scratch(&format!("browser-{name}")).join("page.html");
        std::fs::write(&path, page).unwrap();
        let url = format!("file://{}", path.display());
        self.ask("/url", json!({ "url": url }));
        url
    }

    #[track_caller]
    fn eval(&self, script: &str) -> Value {
        self.ask("/execute/sync", json!({ "script": format!("return ({script});"), "args": [] }))
    }

    #[track_caller]
    fn press(&self, key: &str) {
        let steps = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        self.ask("/actions", json!({ "actions": [{ "type": "key", "id": "keys", "actions": steps }] }));
    }

    #[track_caller]
    fn developer(&self, command: &str, params: Value) -> Value {
        self.ask("/goog/cdp/execute", json!({ "cmd": command, "params": params }))
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        self.ask("/se/log", json!({ "type": kind })).as_array().cloned().unwrap_or_default()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browser, whose processes are not ours to find.
        let address = (std::net::Ipv4Addr::LOCALHOST, self.port).into();
        let _ = http::ask(address, "DELETE", &format!("/session{}", self.session), "", PATIENCE);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Ids of the members, or parts, of a class.
const OF: &str = "((name) => [...document.querySelectorAll('.' + name)].map((box) => box.id).join(' '))";

fn ids(browser: &Browser, class: &str) -> String {
    browser.eval(&format!("{OF}('{class}')")).as_str().unwrap().to_owned()
}

fn text(browser: &Browser, selector: &str) -> String {
    // What a drawing says has no inner text.
    let script = format!("(it => it.innerText ?? it.textContent)(document.querySelector({selector:?}))");
    browser.eval(&script).as_str().unwrap_or_default().to_owned()
}

#[test]
fn keys_choose_a_failure_and_the_drawing_shows_it() {
    let Some(browser) = Browser::start() else { return };
    let system = full(3, 3);
    browser.open("keys", &page(&system, ""));
    let selected = "[...document.querySelectorAll('tr[aria-selected=true]')].map((row) => row.rowIndex)";
    assert_eq!(browser.eval(selected), json!([]));
    assert!(browser.eval("document.getElementById('panel').hidden").as_bool().unwrap());
    browser.press(TAB);
    assert_eq!(browser.eval("document.activeElement.rowIndex"), json!(1));
    let ring = browser.eval("getComputedStyle(document.activeElement).outlineWidth");
    assert_eq!(ring, json!("3px"), "where the focus is can be seen");
    browser.press(ENTER);
    assert_eq!(browser.eval(selected), json!([1]));
    // Every failure in its turn: those are marked that it hits, and nobody else.
    let survival = a8ctl::failure::Analysis::new(&system).survival(1);
    for (at, verdict) in survival.single.iter().enumerate() {
        if at > 0 {
            browser.press(DOWN);
        }
        assert_eq!(browser.eval(selected), json!([at + 1]));
        let mut hit: Vec<String> =
            verdict.faults[0].hits.iter().map(|hit| format!("m{}-{}", hit.part, hit.member)).collect();
        hit.sort();
        let mut marked: Vec<String> = ids(&browser, "member.hit").split_whitespace().map(str::to_owned).collect();
        marked.sort();
        assert_eq!(marked, hit, "{} of {}", verdict.faults[0].kind.as_str(), verdict.faults[0].subject);
        let said = text(&browser, "#panel");
        assert!(said.contains(&verdict.faults[0].subject) && said.contains(verdict.effect.outcome.as_str()), "{said}");
        assert!(said.contains(&format!("{:?}: the others", verdict.effect.reason)), "{said}");
        let marks = browser.eval("document.querySelectorAll('.member .mark').length");
        assert!(marks.as_u64().unwrap() >= hit.len() as u64);
    }
    browser.press(END);
    browser.press(UP);
    assert_eq!(browser.eval(selected), json!([survival.single.len() - 1]));
    browser.press(" ");
    assert_eq!(browser.eval(selected), json!([]), "what is chosen again is let go");
    browser.press(" ");
    browser.press(ESCAPE);
    assert_eq!((browser.eval(selected), ids(&browser, "hit").as_str()), (json!([]), ""));
}

#[test]
fn a_click_chooses_and_a_takeover_is_shown() {
    let Some(browser) = Browser::start() else { return };
    browser.open("click", &page(&full(3, 3), ""));
    let row = "[...document.querySelectorAll('tbody tr')].find((row) => row.innerText.includes('primary-crash'))";
    browser.eval(&format!("{row}.querySelector('th').click()"));
    assert_eq!((ids(&browser, "hit").as_str(), ids(&browser, "on").as_str()), ("m2-0", "m2-1 m2-2"));
    assert_eq!(ids(&browser, "touched"), "p2");
    assert_eq!(text(&browser, "#m2-0 .mark"), "\u{d7} crashed");
    assert_eq!(text(&browser, "#m2-1 .mark"), "\u{bb} may take over");
    // Patterns and strokes, not colours alone.
    let fill = browser.eval("getComputedStyle(document.querySelector('#m2-0 rect')).fill");
    assert!(fill.as_str().unwrap().contains("#hatch"), "{fill}");
}

#[test]
fn nothing_is_fetched_and_nothing_is_complained_of() {
    let Some(browser) = Browser::start() else { return };
    browser.log("performance");
    let url = browser.open("network", &page(&full(3, 3), ""));
    browser.press(TAB);
    browser.press(DOWN);
    let mut fetched: Vec<String> = Vec::new();
    for entry in browser.log("performance") {
        let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        let message = &message["message"];
        if message["method"] == "Network.requestWillBeSent" {
            fetched.push(message["params"]["request"]["url"].as_str().unwrap_or_default().to_owned());
        }
    }
    assert_eq!(fetched, [url]);
    assert_eq!(browser.log("browser"), Vec::<Value>::new());
}

#[test]
fn no_script_of_a_name_runs() {
    let Some(browser) = Browser::start() else { return };
    for word in ["<script>document.title='evil'</script>", "\" onfocus=\"document.title='evil'", "</svg><img src=x>"] {
        browser.open("hostile", &page(&hostile(word), word));
        browser.press(TAB);
        browser.press(DOWN);
        assert_ne!(browser.eval("document.title"), json!("evil"));
        assert_eq!(browser.eval("document.images.length"), json!(0));
        assert!(text(&browser, "#panel").contains(word), "{word}");
    }
    // What would break out is stopped by the page's own rule.
    let broken = page(&full(3, 3), "").replace("<h1>", "<script>document.title='evil'</script><h1 onclick='x'>");
    browser.open("broken", &broken);
    assert_ne!(browser.eval("document.title"), json!("evil"));
}

#[test]
fn without_scripts_it_is_a_document() {
    let Some(browser) = Browser::start() else { return };
    let system = full(3, 3);
    browser.developer("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
    browser.open("plain", &page(&system, ""));
    let said = text(&browser, "body");
    for verdict in a8ctl::failure::Analysis::new(&system).survival(1).single {
        assert!(said.contains(&format!("{:?}: the others", verdict.effect.reason)), "{said}");
    }
    assert_eq!(browser.eval("document.querySelectorAll('[tabindex], [role=grid]').length"), json!(0));
    assert!(browser.eval("document.getElementById('panel').hidden").as_bool().unwrap());
}

#[test]
fn print_shows_everything_and_nothing_of_the_screen() {
    let Some(browser) = Browser::start() else { return };
    browser.open("print", &page(&full(3, 3), ""));
    browser.press(TAB);
    browser.press(ENTER);
    browser.developer("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let shown = |selector: &str| browser.eval(&format!("document.querySelector({selector:?}).checkVisibility()"));
    assert_eq!([shown("#panel"), shown("#hint"), shown(".why"), shown(".mend")], [false, false, true, true]);
    assert_eq!(shown(".member.hit .mark"), json!(false));
    assert_eq!(shown(".member.hit .what"), json!(true));
    let fill = browser.eval("getComputedStyle(document.querySelector('.member.hit rect')).fill");
    assert_eq!(fill, json!("rgb(255, 255, 255)"));
    let row = browser.eval("(it => [it.backgroundColor, it.outlineStyle])(getComputedStyle(document.activeElement))");
    assert_eq!(row, json!(["rgba(0, 0, 0, 0)", "none"]), "what is chosen is not printed");
    let printed = browser.ask("/print", json!({}));
    let printed = printed.as_str().unwrap();
    // "%PDF-", as it is written in base64.
    assert!(printed.starts_with("JVBERi0") && printed.len() > 10_000, "{}", printed.len());
}

/// In the font that the browser has, which nobody asked a8ctl about.
#[test]
fn every_text_keeps_to_its_box() {
    let Some(browser) = Browser::start() else { return };
    let long = "WWWWWWMMMMMM-a-service-with-a-long-name-名前名前名前-12345";
    for (name, system) in [("plain", full(7, 3)), ("wide", hostile(long)), ("wider", hostile(&"W@".repeat(40)))] {
        browser.open(name, &page(&system, ""));
        if name != "plain" {
            browser.press(TAB);
            browser.press(DOWN);
        }
        let out = browser.eval(
            "[...document.querySelectorAll('.drawing g')].flatMap((box) => {
                const rect = box.querySelector('rect').getBBox();
                return [...box.querySelectorAll('text')].filter((text) => {
                    const it = text.getBBox();
                    return it.width > 0 && (it.x < rect.x || it.x + it.width > rect.x + rect.width
                        || it.y < rect.y || it.y + it.height > rect.y + rect.height);
                }).map((text) => text.textContent);
            })",
        );
        assert_eq!(out, json!([]), "{name}");
    }
}

#[test]
fn a_narrow_window_scrolls_no_page() {
    let Some(browser) = Browser::start() else { return };
    browser.open("narrow", &page(&full(3, 3), ""));
    for width in [1920, 1400, 1281, 1024, 768] {
        browser.ask("/window/rect", json!({ "width": width, "height": 800 }));
        let over = browser.eval("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(over, json!(0), "{width}");
        // A wide window shows every column of the matrix.
        let hidden = browser.eval("(it => it.scrollWidth - it.clientWidth)(document.querySelector('.scroll'))");
        assert!(width < 1_024 || hidden == json!(0), "{width}: {hidden}");
    }
}
