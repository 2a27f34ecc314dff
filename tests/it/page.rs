//! The page of failures: what it says, that nothing breaks out of it, and that nothing leaves it.

use std::path::PathBuf;
use std::process::Command;

use a8ctl::failure::{Analysis, Outcome, System};
use a8ctl::report::page::{Page, Row, html, marks};

use crate::drawing::sample::{HOSTILE, full, hostile};
use crate::output::scratch;
use crate::support::{root, stdout_of};

/// A page of all single failures of a system; `word` stands in every text that a profile may have a hand in.
pub(crate) fn page(system: &System, word: &str) -> String {
    let survival = Analysis::new(system).survival(1);
    let row = |verdict: &a8ctl::failure::Verdict| {
        let (fault, effect) = (&verdict.faults[0], &verdict.effect);
        let lapse = effect.lapse.map(|it| format!("{}-{} s", it.min / 1_000, it.max.div_ceil(1_000)));
        let survives = effect.outcome == Outcome::Survives;
        Row {
            kind: fault.kind.as_str().to_owned(),
            subject: fault.subject.clone(),
            outcome: effect.outcome,
            interruption: lapse.unwrap_or_default(),
            capacity: format!("{} of {}", effect.left, effect.of),
            data: if effect.outcome == Outcome::DataLoss { format!("everything {word}") } else { String::new() },
            person: effect.person,
            why: format!("{:?}: the others of its kind serve meanwhile, and nobody waits for it {word}", effect.reason),
            mend: (!survives).then(|| format!("give it one more replica: `services.shelf.replicas: 4` {word}")),
            marks: marks(system, verdict),
        }
    };
    html(&Page {
        system,
        rows: survival.single.iter().map(row).collect(),
        cut_sets: vec![format!("node-loss of node-1 and node-loss of node-2: down {word}")],
        guarantees: vec![(format!("a node: survives {word}"), true), (format!("a zone: within 5 s {word}"), false)],
        more: vec![(format!("Minutes of outage in a year {word}"), vec![format!("shelf: 3.1 {word}")])],
    })
}

/// Writes pages, has them judged, and says the shape of each.
fn judged(test: &str, pages: &[String]) -> Vec<String> {
    let here = scratch(test);
    let mut paths: Vec<PathBuf> = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        paths.push(here.join(format!("{at:03}.html")));
        std::fs::write(&paths[at], page).unwrap();
    }
    let mut python = Command::new("python3");
    let shapes = stdout_of(python.arg(root().join("tests/judges/read_html.py")).args(&paths));
    shapes.lines().map(str::to_owned).collect()
}

#[test]
fn a_page_is_whole_and_says_everything() {
    let system = full(3, 3);
    let page = page(&system, "");
    judged("page", std::slice::from_ref(&page));
    assert!(page.len() < 150_000, "{}", page.len());
    for text in
        ["<caption>", "scope=\"col\"", "scope=\"row\"", "lang=\"en\"", "Guarantees", "Unknown", "Mend", "Minutes"]
    {
        assert!(page.contains(text), "{text}");
    }
    for verdict in &Analysis::new(&system).survival(1).single {
        assert!(page.contains(&format!("{:?}: the others", verdict.effect.reason)));
    }
    assert!(!page.replace("http://www.w3.org/2000/svg", "").contains("://"));
    assert_eq!(page, self::page(&system, ""));
}

#[test]
fn a_page_of_nothing_is_a_page() {
    judged("page-of-nothing", &[page_of_none()]);
}

fn page_of_none() -> String {
    let system = System::default();
    html(&Page { system: &system, rows: Vec::new(), cut_sets: Vec::new(), guarantees: Vec::new(), more: Vec::new() })
}

#[test]
fn no_value_breaks_out_of_a_page() {
    let words = std::iter::once(&"plain").chain(HOSTILE);
    let pages: Vec<String> = words.map(|word| page(&hostile(word), word)).collect();
    let shapes = judged("page-hostile", &pages);
    assert_eq!(shapes.len(), pages.len());
    for (shape, word) in shapes[1..].iter().zip(HOSTILE) {
        assert_eq!(*shape, shapes[0], "{word:?}");
    }
}

/// What a browser is told to accept is what is there.
#[test]
fn the_hashes_are_those_of_the_style_and_the_script() {
    let page = page_of_none();
    for (tag, rule) in [("style", "style-src"), ("script", "script-src")] {
        let text = page.split_once(&format!("<{tag}>")).unwrap().1.split_once(&format!("</{tag}>")).unwrap().0;
        let hash = hash_of(text);
        assert!(page.contains(&format!("{rule} 'sha256-{hash}'")), "the hash of the {tag} is sha256-{hash}");
    }
}

fn hash_of(text: &str) -> String {
    let path = scratch("page-hash").join("text");
    std::fs::write(&path, text).unwrap();
    let code = "import base64, hashlib, sys; text = open(sys.argv[1], 'rb').read(); \
        print(base64.b64encode(hashlib.sha256(text).digest()).decode())";
    stdout_of(Command::new("python3").args(["-c", code]).arg(path)).trim().to_owned()
}
