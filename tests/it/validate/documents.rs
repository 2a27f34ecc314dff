//! What `--format` writes is held against what others say of the format, for inputs that nobody should write.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use a8ctl::diagnostic::{Diagnostic, Severity, Sources};
use a8ctl::lint::{Finding, RULES};
use a8ctl::report::{FORMATS, Judged};
use serde_json::{Value as Json, json};

use super::judge;
use crate::support::{a8ctl, root, run, text, tool};

/// Errors, warnings and infos, about an object whose name would break out of every format.
const HOSTILE: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: "a&<b> \"]]>\x01\e[31m\uFFFE\u2028é🦀%0A::error::x"
  labels: { "k,=:%\n::x": 1 }
spec:
  replica: 3
  template:
    spec:
      containers:
      - { name: "ü, 100%", image: "x:y\r\nz", imagePullPolicy: "Never ::set-env name=x::y" }
"#;

/// Names of files, some in directories.
const NAMES: &[&str] = &[
    "with a blank/and more.yaml",
    "Übergröße/日本.yaml",
    "100%,a=b:c%0A.yaml",
    "quotes\"'<&>]]>.yaml",
    "two\nlines\u{1b}[31m.yaml",
    "::error::x.yaml",
    "-q.yaml",
    "?query#fragment.yaml",
];

/// Everything written about some paths, by format.
type Written = BTreeMap<&'static str, String>;

/// Judges a directory of files that are called as they should not be, two of which cannot be read.
fn of_files() -> Written {
    let directory = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    NAMES.iter().for_each(|name| put(name, HOSTILE.as_bytes()));
    put("broken.yaml", b"a: [1");
    put("bytes.yaml", b"a: \xff\xfe");
    for name in ["compose.yaml", "haproxy.cfg", "nginx.conf", "redis.conf"] {
        // The flawless ones with a line less or two have flaws.
        let text = std::fs::read_to_string(root().join("tests/validate").join(name)).unwrap();
        let gone = ["timeout connect", "max_fails", "aclfile", "restart:", "default-server", "zone web"];
        let left: Vec<&str> = text.lines().filter(|line| !gone.iter().any(|gone| line.contains(gone))).collect();
        put(name, (left.join("\n") + "\n").as_bytes());
    }
    let write = |format: &'static str| {
        let output = run(a8ctl(&["validate", "--format", format, "."]).current_dir(directory.path()));
        assert_eq!(output.status.code(), Some(2), "two files cannot be read: {}", text(&output.stderr));
        (format, String::from_utf8(output.stdout).unwrap())
    };
    ["json", "sarif", "junit", "github"].map(write).into()
}

fn of_stdin(manifest: &str) -> Written {
    ["json", "sarif", "junit", "github"].map(|format| (format, judge(&["--format", format], manifest).1)).into()
}

/// No place, no object, no mend, in each severity; no rule says so little today.
fn without_places() -> Written {
    let of = |severity| {
        let problem = Diagnostic { severity, ..Diagnostic::error("x", "nothing\nis known, 100%: ::") };
        Finding { rule: RULES[0], problem, object: None }
    };
    let findings = [of(Severity::Error), of(Severity::Warning), of(Severity::Info)];
    let judged = Judged { findings: &findings, sources: &Sources::default(), files: 1, objects: 0, color: false };
    FORMATS.iter().map(|format| (format.name, (format.write)(&judged))).collect()
}

/// What every format is asked to write.
fn all() -> Vec<Written> {
    let clean = std::fs::read_to_string(root().join("tests/validate/base.yaml")).unwrap();
    let written = vec![of_files(), of_stdin(HOSTILE), of_stdin(&clean), without_places()];
    let said: Json = serde_json::from_str(&written[0]["json"]).unwrap();
    for severity in ["errors", "warnings", "infos"] {
        assert!(said["summary"][severity].as_u64().unwrap() > 0, "{said:#}");
    }
    assert_eq!(said["summary"]["files"], NAMES.len() + 6);
    written
}

/// Of some documents, those that a JSON Schema refuses, each with the reason.
fn refused_by_schema(python: &Path, schema: &str, documents: &[String]) -> BTreeMap<usize, String> {
    let directory = tempfile::tempdir().unwrap();
    for (at, text) in documents.iter().enumerate() {
        std::fs::write(directory.path().join(at.to_string()), text).unwrap();
    }
    let program = r#"
import json, pathlib, sys, jsonschema
schema = json.load(open(sys.argv[1]))
judge = jsonschema.validators.validator_for(schema)
judge.check_schema(schema)
refused = {}
for path in pathlib.Path(sys.argv[2]).iterdir():
    errors = [error.message[:300] for error in judge(schema).iter_errors(json.loads(path.read_text(encoding="utf-8")))]
    if errors:
        refused[path.name] = "; ".join(errors)
print(json.dumps(refused))
"#;
    let mut command = Command::new(python);
    let output = run(command.args(["-c", program]).arg(root().join(schema)).arg(directory.path()));
    assert!(output.status.success(), "{}", text(&output.stderr));
    let refused: BTreeMap<String, String> = serde_json::from_slice::<Json>(&output.stdout)
        .unwrap()
        .as_object()
        .unwrap()
        .iter()
        .map(|(at, why)| (at.clone(), why.as_str().unwrap().to_owned()))
        .collect();
    refused.into_iter().map(|(at, why)| (at.parse().unwrap(), why)).collect()
}

/// All of `good` are taken, and each of `bad` is refused.
pub(crate) fn judged_by_schema(python: &Path, schema: &str, good: &[String], bad: &[String]) {
    let documents: Vec<String> = good.iter().chain(bad).cloned().collect();
    let refused = refused_by_schema(python, schema, &documents);
    for (at, document) in documents.iter().enumerate() {
        let why = refused.get(&at);
        assert_eq!(why.is_some(), at >= good.len(), "{why:?}: {document}");
    }
}

/// A document with one place changed, for each of some changes.
pub(crate) fn broken(document: &str, changes: &[(&str, Json)]) -> Vec<String> {
    let change = |(place, value): &(&str, Json)| {
        let mut document: Json = serde_json::from_str(document).unwrap();
        let (parent, key) = place.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[key] = value.clone();
        document.to_string()
    };
    changes.iter().map(change).collect()
}

#[test]
fn sarif_is_what_its_schema_says() {
    let Some(python) = tool("validate: sarif by its schema", "venv/python") else { return };
    let written: Vec<String> = all().iter().map(|written| written["sarif"].clone()).collect();
    let wrong = broken(
        &written[0],
        &[
            ("/version", json!("2.0.0")),
            ("/runs/0/tool/driver/name", json!(1)),
            ("/runs/0/results/0/level", json!("info")),
            ("/runs/0/results/0/message", json!("words")),
            ("/runs/0/results/0/ruleIndex", json!(-2)),
            ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
            ("/runs/0/results/0/locations/0/physicalLocation/artifactLocation/path", json!("a.yaml")),
            ("/runs/0/tool/driver/rules/0/defaultConfiguration/level", json!("info")),
        ],
    );
    judged_by_schema(&python, "tests/formats/sarif-2.1.0.json", &written, &wrong);
}

/// What a schema cannot say: places refer to what they should.
#[test]
fn sarif_says_what_json_says() {
    for written in all() {
        let [said, log] = ["json", "sarif"].map(|format| serde_json::from_str::<Json>(&written[format]).unwrap());
        let (findings, run) = (said["findings"].as_array().unwrap(), &log["runs"][0]);
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), findings.len());
        for (result, finding) in results.iter().zip(findings) {
            let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
            assert!(rule["id"] == result["ruleId"] && result["ruleId"] == finding["rule"], "{result:#}");
            let place = &result["locations"][0]["physicalLocation"];
            let file = place["artifactLocation"]["uri"].as_str().map(decoded);
            assert_eq!(file.as_deref(), finding["file"].as_str().map(|file| file.trim_start_matches("./")));
            assert_eq!(
                (&place["region"]["startLine"], &place["region"]["startColumn"]),
                (&finding["line"], &finding["column"])
            );
        }
    }
}

/// What a reference says: signs that have no meaning there as they are, all others as numbers.
fn decoded(reference: &str) -> String {
    let plain = |sign: u8| sign.is_ascii_alphanumeric() || b"/.-_~".contains(&sign);
    let mut bytes = Vec::new();
    let mut parts = reference.split('%');
    bytes.extend(parts.next().unwrap().bytes());
    assert!(bytes.iter().all(|byte| plain(*byte)), "{reference}");
    for part in parts {
        let (number, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(number, 16).unwrap());
        assert!(rest.bytes().all(plain), "{reference}");
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn json_is_what_its_schema_says() {
    let Some(python) = tool("validate: json by its schema", "venv/python") else { return };
    let written: Vec<String> = all().iter().map(|written| written["json"].clone()).collect();
    let wrong = broken(
        &written[0],
        &[
            ("/findings/0/severity", json!("note")),
            ("/findings/0/line", json!(0)),
            ("/findings/0/file", json!(1)),
            ("/findings/0/more", json!("x")),
            ("/findings", json!({})),
            ("/summary/errors", json!(-1)),
            ("/summary/more", json!(1)),
        ],
    );
    judged_by_schema(&python, "schemas/findings.json", &written, &wrong);
}

#[test]
fn junit_is_what_its_schema_says() {
    let Some(xmllint) = tool("validate: junit by its schema", "xmllint") else { return };
    let directory = tempfile::tempdir().unwrap();
    let refused = |document: &str| {
        let path = directory.path().join("junit.xml");
        std::fs::write(&path, document).unwrap();
        let mut command = Command::new(&xmllint);
        let schema = root().join("tests/formats/junit-10.xsd");
        let output = run(command.args(["--noout", "--nonet", "--schema"]).arg(schema).arg(&path));
        // 1 is no XML, 3 is no JUnit; everything else is neither.
        assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{output:?}");
        (!output.status.success()).then(|| text(&output.stderr))
    };
    for written in all() {
        assert_eq!(refused(&written["junit"]), None, "{}", written["junit"]);
    }
    let good = without_places().remove("junit").unwrap();
    for (from, to) in [
        ("tests=\"3\" failures=\"2\" errors=\"0\">\n    <", "failures=\"2\" errors=\"0\">\n    <"),
        ("<testcase", "<case"),
        ("    <testcase", "    <failure/><testcase"),
        ("name=\"", "name=\"&"),
        ("nothing", "nothing\u{1}"),
        ("</testsuites>", ""),
    ] {
        let bad = good.replacen(from, to, 1);
        assert!(bad != good && refused(&bad).is_some(), "{from:?}: {bad}");
    }
}

/// A case for each finding, in the suite of its file, read by a parser of another hand.
#[test]
fn junit_says_what_json_says() {
    let Some(python) = tool("validate: junit by a parser", "venv/python") else { return };
    let program = r#"
import json, sys, xml.etree.ElementTree as xml
suites = xml.fromstring(sys.stdin.buffer.read())
def count(of, what): return int(of.get(what)) == len(of.findall(".//" + {"tests": "testcase"}.get(what, what[:-1])))
assert all(count(of, what) for of in [suites, *suites] for what in ("tests", "failures", "errors"))
assert all(case.get("classname") == suite.get("name") for suite in suites for case in suite)
cases = suites.iter("testcase")
print(json.dumps([[case.get("classname"), case.get("name"), case[0].tag, case[0].text] for case in cases]))
"#;
    for written in all() {
        let mut command = Command::new(&python);
        let output = super::with_stdin(command.args(["-c", program]), &written["junit"]);
        assert!(output.status.success(), "{}\n{}", text(&output.stderr), written["junit"]);
        let cases: Json = serde_json::from_slice(&output.stdout).unwrap();
        let said: Json = serde_json::from_str(&written["json"]).unwrap();
        let (cases, findings) = (cases.as_array().unwrap(), said["findings"].as_array().unwrap());
        assert_eq!(cases.len(), findings.len());
        for (case, finding) in cases.iter().zip(findings) {
            let word = |at: usize| case[at].as_str().unwrap();
            assert_eq!(word(0), finding["file"].as_str().unwrap_or(""));
            assert!(word(1).starts_with(finding["rule"].as_str().unwrap()), "{case} {finding}");
            assert_eq!(word(2) == "failure", finding["severity"] != "info", "{case} {finding}");
            assert!(word(3).contains(&in_xml(finding["message"].as_str().unwrap())), "{case} {finding}");
        }
    }
}

/// What is left of a text in a document that may not hold some signs.
fn in_xml(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c }).collect()
}

/// A workflow command as GitHub's runner reads it: `::NAME KEY=VALUE,KEY=VALUE::TEXT`, with what would end a part
/// written as its number. The keys are those that annotations have.
#[derive(Debug)]
struct Annotation {
    name: String,
    properties: BTreeMap<String, String>,
    text: String,
}

fn annotation(line: &str) -> Result<Annotation, String> {
    let rest = line.strip_prefix("::").ok_or("no command")?;
    let (head, data) = rest.split_once("::").ok_or("a command without an end")?;
    let (name, list) = head.split_once(' ').unwrap_or((head, ""));
    if !["error", "warning", "notice"].contains(&name) {
        return Err(format!("no annotation: {name}"));
    }
    let mut properties = BTreeMap::new();
    for property in list.split(',').filter(|it| !it.is_empty()) {
        let (key, value) = property.split_once('=').ok_or_else(|| format!("no value: {property}"))?;
        if !["file", "line", "endLine", "col", "endColumn", "title"].contains(&key) {
            return Err(format!("no such property: {key}"));
        }
        if value.contains(':') || properties.insert(key.to_owned(), unescaped(value, true)?).is_some() {
            return Err(format!("not one value: {property}"));
        }
    }
    for key in ["line", "col"] {
        if properties.get(key).is_some_and(|value| value.parse::<u32>().is_ok_and(|number| number > 0))
            != properties.contains_key(key)
        {
            return Err(format!("no number: {key}"));
        }
    }
    Ok(Annotation { name: name.to_owned(), properties, text: unescaped(data, false)? })
}

/// A `%` is the beginning of a sign's number, and of nothing else.
fn unescaped(value: &str, property: bool) -> Result<String, String> {
    let mut parts = value.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let sign = match part.get(..2) {
            Some("25") => '%',
            Some("0D") => '\r',
            Some("0A") => '\n',
            Some("3A") if property => ':',
            Some("2C") if property => ',',
            other => return Err(format!("no sign: %{}", other.unwrap_or(part))),
        };
        let _ = write!(out, "{sign}{}", &part[2..]);
    }
    Ok(out)
}

#[test]
fn github_is_what_its_grammar_says() {
    for written in all() {
        let said: Json = serde_json::from_str(&written["json"]).unwrap();
        let findings = said["findings"].as_array().unwrap();
        // The runner ends a line at either sign.
        let lines: Vec<&str> = written["github"].split_terminator(['\n', '\r']).collect();
        assert_eq!(lines.len(), findings.len(), "{}", written["github"]);
        for (line, finding) in lines.into_iter().zip(findings) {
            let annotation = annotation(line).unwrap_or_else(|why| panic!("{why}: {line}"));
            let name = finding["severity"].as_str().unwrap().replace("info", "notice");
            assert_eq!(annotation.name, name, "{line}");
            let property = |key: &str| annotation.properties.get(key).cloned();
            assert_eq!(property("file").as_deref(), finding["file"].as_str());
            assert_eq!(property("line"), finding["line"].as_u64().map(|number| number.to_string()));
            assert_eq!(property("col"), finding["column"].as_u64().map(|number| number.to_string()));
            assert_eq!(property("title").unwrap(), format!("a8ctl {}", finding["rule"].as_str().unwrap()));
            assert!(annotation.text.starts_with(finding["message"].as_str().unwrap()), "{line}");
        }
    }
    for bad in [
        "error::x",
        "::error file=a",
        "::debug::x",
        "::error file::x",
        "::error file=a,file=b::x",
        "::error line=0::x",
        "::error col=a::x",
        "::error title=100%::x",
        "::error::100%",
        "::error file=a:b::x",
        "::error::%3A",
    ] {
        assert!(annotation(bad).is_err(), "{bad}");
    }
}
