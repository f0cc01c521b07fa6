//! The command as people and scripts use it: its answers, its errors, its exit statuses.

#![cfg(test)]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

const FAILING: &str = "\
> GET https://api.example.test/me
> Authorization: Bearer {jwt iss=https://id.example.test aud=api iat=-3912 exp=-312}
< 401 Unauthorized
< Date: {date}
< WWW-Authenticate: Bearer error=\"invalid_token\"
";

const HEALTHY: &str = "\
> GET https://api.example.test/me
> Authorization: Bearer {jwt iss=https://id.example.test aud=api iat=-10 exp=3600}
< 200 OK
< Date: {date}
";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_why401"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env_remove("CLICOLOR");
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).stdin(Stdio::null()).output().unwrap()
}

fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The command may stop reading before the end of what it cannot use.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Exit status 2, and one line on standard error that begins and ends so.
#[track_caller]
fn assert_refused(output: &Output, says: &str) {
    assert_eq!(output.status.code(), Some(2), "{}", stderr(output));
    assert_eq!(stderr(output).lines().count(), 1, "{}", stderr(output));
    assert!(stderr(output).starts_with("why401: ") && stderr(output).contains(says), "{}", stderr(output));
    assert!(stderr(output).contains([';', ',']), "says what to do: {}", stderr(output));
}

/// A folder of its own for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("why401-{test}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str, content: &[u8]) -> String {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn field(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

fn refused(path: &str) -> Value {
    json!({
        "startedDateTime": "2026-11-20T08:00:00.000Z", "time": 20,
        "request": {"method": "GET", "url": format!("https://api.example.test{path}"), "headers": [field("Authorization", "Basic dXNlcjpzM2NyZXQtcGFzcw==")]},
        "response": {"status": 401, "statusText": "Unauthorized", "headers": [field("WWW-Authenticate", "Basic realm=\"api\"")],
            "content": {"size": 2, "mimeType": "text/plain", "text": "no"}},
    })
}

fn har(entries: &[Value]) -> Vec<u8> {
    json!({"log": {"version": "1.2", "creator": {"name": "Firefox", "version": "153.0"}, "entries": entries}}).to_string().into_bytes()
}

#[test]
fn the_exit_status_tells_failing_from_healthy() {
    let failing = run_with_input(&["diagnose", "-"], FAILING.as_bytes());
    assert_eq!(failing.status.code(), Some(1), "{}", stderr(&failing));
    assert!(stdout(&failing).starts_with("A login failed.\n") && stdout(&failing).contains("token-expired"), "{}", stdout(&failing));
    let healthy = run_with_input(&["diagnose", "-"], HEALTHY.as_bytes());
    assert_eq!((healthy.status.code(), stderr(&healthy)), (Some(0), ""));
    assert!(stdout(&healthy).starts_with("No login failed.\n"), "{}", stdout(&healthy));
    let repaired = run_with_input(&["diagnose", "-"], format!("{FAILING}\n{HEALTHY}").as_bytes());
    assert_eq!(repaired.status.code(), Some(0), "{}", stdout(&repaired));
}

#[test]
fn json_has_the_form_of_version_1() {
    let output = run_with_input(&["diagnose", "--format=json", "-"], &har(&[refused("/me")]));
    assert_eq!(output.status.code(), Some(1));
    let diagnosis: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&diagnosis["schema"], &diagnosis["verdict"]), (&json!(1), &json!("failing")));
    assert_eq!(diagnosis["input"]["source"], "Firefox 153 HAR");
    assert_eq!(diagnosis["failures"][0]["causes"][0]["id"], "wrong-credentials");
    let again = run_with_input(&["diagnose", "--format=json", "-"], &har(&[refused("/me")]));
    assert_eq!(output.stdout, again.stdout);
}

#[test]
fn secrets_are_shown_only_when_asked_for() {
    let secret = "dXNlcjpzM2NyZXQtcGFzcw";
    for format in ["text", "json"] {
        let masked = run_with_input(&["diagnose", "--format", format, "-"], &har(&[refused("/me")]));
        assert!(!stdout(&masked).contains(secret) && !stdout(&masked).contains("s3cret-pass"), "{}", stdout(&masked));
        let shown = run_with_input(&["diagnose", "--format", format, "--reveal", "-"], &har(&[refused("/me")]));
        assert!(stdout(&shown).contains(secret) || stdout(&shown).contains("s3cret-pass"), "{}", stdout(&shown));
    }
}

#[test]
fn what_is_no_capture_is_refused() {
    let folder = Folder::new("refused");
    let page = b"<!DOCTYPE html><title>Not found</title>";
    for (name, content, says) in [
        ("empty.har", &b""[..], "empty.har: the file is empty;"),
        ("blank.har", b" \n\n", "blank.har: the file is empty;"),
        ("page.har", page, "page.har: this is a web page, neither a HAR nor exchange notation;"),
        ("program.har", b"\x7fELF\x02\x01\x01\0\0\0", "this is a binary file"),
        ("packed.har", b"PK\x03\x04\x14\0", "this ZIP archive is damaged"),
        ("flows", b"1234:9:websocket;0:~8:response;11:client_conn;", "turn them into a HAR: mitmdump"),
        ("package.json", b"{\"name\": \"x\"}", "package.json: line 1, column 1: this JSON has no log.entries, so it is no HAR;"),
        ("broken.har", b"{\"log\":\n {\"entries\" []}}", "broken.har: line 2, column 13: this is not valid JSON;"),
        ("cut.har", b"{\"log\": {\"entries\": [\n{\"request\": {\"url", "cut.har: line 2, column 18: the file breaks off inside entry 0;"),
        ("entry.har", b"{\"log\": {\"entries\": [{}]}}", "entry 0 cannot be read: it has no request;"),
        ("notation.txt", b"> GET https://a.test/\nHost: a\n", "notation.txt: line 2, column 1: "),
        ("latin1.txt", b"> GET https://a.test/caf\xe9\n", "latin1.txt: line 1, column 25: this is not UTF-8;"),
        ("bad.har.gz", b"\x1f\x8b\x08\0\0\0\0\0", "bad.har.gz: the gzipped file breaks off;"),
    ] {
        let output = run(&["diagnose", &folder.file(name, content)]);
        assert_refused(&output, says);
        assert_eq!(stdout(&output), "", "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_refused() {
    let folder = Folder::new("closed");
    assert_refused(&run(&["diagnose", folder.0.join("absent.har").to_str().unwrap()]), "absent.har: there is no such file;");
    assert_refused(&run(&["diagnose", folder.0.to_str().unwrap()]), "this is a directory;");
    closed_to_us(&folder.file("secret.har", b"{}"));
}

#[cfg(unix)]
fn closed_to_us(file: &str) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(file).is_ok() {
        println!("skipped: root may read everything");
        return;
    }
    assert_refused(&run(&["diagnose", file]), "you may not read this file;");
}

#[cfg(not(unix))]
fn closed_to_us(_: &str) {}

#[test]
fn an_entry_with_missing_parts_is_named_and_the_others_are_diagnosed() {
    let entries = [json!({"response": {"status": 200}}), json!({"request": {"url": "https://api.example.test/"}}), refused("/me")];
    let output = run_with_input(&["diagnose", "--format", "json", "-"], &har(&entries));
    assert_eq!((output.status.code(), stderr(&output)), (Some(1), ""));
    let diagnosis: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(diagnosis["input"]["exchanges"], 2);
    assert_eq!(diagnosis["input"]["skipped"].as_array().map(Vec::len), Some(1));
    assert_eq!(diagnosis["input"]["skipped"][0]["entry"], 0);
    assert_eq!(diagnosis["failures"][0]["exchanges"], json!([2]));
    let text = run_with_input(&["diagnose", "-"], &har(&entries));
    assert!(stdout(&text).contains("Entry 0 could not be read: line 1: it has no request;"), "{}", stdout(&text));
}

#[test]
fn a_file_that_breaks_off_is_diagnosed_up_to_there_and_said_to_be_cut() {
    let whole = har(&[refused("/me"), refused("/me/second")]);
    let cut = String::from_utf8_lossy(&whole).find("/me/second").unwrap();
    let output = run_with_input(&["diagnose", "-"], &whole[..cut]);
    assert_refused(&output, &format!("standard input: line 1, column {}: the file breaks off inside entry 1;", cut + 1));
    assert!(stdout(&output).starts_with("A login failed.\n"), "{}", stdout(&output));
}

#[test]
fn a_gzipped_har_is_read_like_a_plain_one() {
    let plain = har(&[refused("/me")]);
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(&plain).unwrap();
    let packed = packer.finish().unwrap();
    let expected = run_with_input(&["diagnose", "-"], &plain);
    assert_eq!(run_with_input(&["diagnose", "-"], &packed), expected);
    let cut = run_with_input(&["diagnose", "-"], &packed[..packed.len() - 4]);
    assert_refused(&cut, "the gzipped file breaks off;");
    assert_eq!(cut.stdout, expected.stdout);
}

#[test]
fn a_har_of_200_mb_is_read_in_the_memory_of_one_entry() {
    let mut ballast = refused("/script");
    ballast["response"] =
        json!({"status": 200, "headers": [], "content": {"mimeType": "text/javascript", "text": "let x = \"y\";\n".repeat(40_000)}});
    let mut ballast = ballast.to_string().into_bytes();
    ballast.push(b',');
    let count = 200_000_000 / ballast.len() + 1;

    let mut child = limited(&["diagnose", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"{\"log\": {\"entries\": [").unwrap();
    for _ in 0..count {
        input.write_all(&ballast).unwrap();
    }
    input.write_all(refused("/me").to_string().as_bytes()).unwrap();
    input.write_all(b"]}}").unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output)), (Some(1), ""));
    assert!(stdout(&output).contains(&format!("{} exchanges", count + 1)), "{}", stdout(&output));
}

/// The command with 100 MB to live in, where the system's shell can see to that.
fn limited(arguments: &[&str]) -> Command {
    if !Path::new("/bin/sh").exists() {
        return command(arguments);
    }
    let mut limited = Command::new("/bin/sh");
    limited.args(["-c", "ulimit -v 100000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_why401")]).args(arguments);
    limited
}

#[test]
fn a_pipe_gets_no_colour_unless_it_is_forced() {
    let in_pipe = run_with_input(&["diagnose", "-"], FAILING.as_bytes());
    assert!(!stdout(&in_pipe).contains('\x1b'));
    let folder = Folder::new("colour");
    let file = folder.file("failing.txt", FAILING.as_bytes());
    let forced = command(&["diagnose", &file]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(stdout(&forced).contains('\x1b'));
    let refused = command(&["diagnose", &file]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!stdout(&refused).contains('\x1b'));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child = command(&["causes", "--format", "json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut errors = String::new();
    child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((child.wait().unwrap().code(), errors.as_str()), (Some(0), ""));
}

#[test]
fn the_catalogue_is_the_same_in_every_format() {
    let list: Value = serde_json::from_slice(&run(&["causes", "--format", "json"]).stdout).unwrap();
    let ids: Vec<&str> = list.as_array().unwrap().iter().map(|cause| cause["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"token-expired"));
    for format in ["text", "tsv", "markdown"] {
        let output = run(&["causes", "--format", format]);
        assert!(ids.iter().all(|id| stdout(&output).contains(id)), "{format}");
    }
    let tsv = run(&["causes", "--format", "tsv"]);
    assert!(stdout(&tsv).lines().all(|line| line.split('\t').count() == 5));
    for id in ids {
        let explained = run(&["explain", id]);
        assert_eq!(explained.status.code(), Some(0));
        assert!(stdout(&explained).contains("How it is recognised") && stdout(&explained).contains("What to do"), "{id}");
    }
    let page = run(&["explain", "token-expired", "--format", "markdown"]);
    assert!(stdout(&page).starts_with("# ") && stdout(&page).contains("\n## What to do\n"), "{}", stdout(&page));
}

#[test]
fn two_captures_are_compared_and_the_status_tells_whether_they_differ() {
    let folder = Folder::new("compare");
    let (working, failing) = (folder.file("working.http", HEALTHY.as_bytes()), folder.file("failing.http", FAILING.as_bytes()));
    let same = run(&["compare", &working, &working]);
    assert_eq!((same.status.code(), stdout(&same).contains("Nothing that matters")), (Some(0), true));
    let differ = run(&["compare", &working, &failing]);
    assert_eq!(differ.status.code(), Some(1));
    assert!(stdout(&differ).contains("part at GET /me") && stdout(&differ).contains("token-expired"), "{}", stdout(&differ));
    let json: Value = serde_json::from_slice(&run(&["compare", &working, &failing, "--format", "json"]).stdout).unwrap();
    assert_eq!((&json["first"]["failing"], &json["causes"][0]["id"]), (&json!(0), &json!("token-expired")));
}

#[test]
fn words_that_it_does_not_know_are_refused_alike() {
    for (arguments, says) in [
        (&["recant", "a"][..], "there is no command 'recant'"),
        (&["redact", "a", "b"], "redact reads one file at a time"),
        (&["report", "a", "--reveal"], "a report shows no secrets"),
        (&["diagnose", "x.har", "--format", "sarif"], "say --file PATH"),
        (&["diagnose", "x.har", "--format", "html", "--reveal"], "shows no secrets"),
        (&["compare", "a"], "compare needs two files and got 1"),
        (&["diagnose", "x.har", "--format", "pdf"], "there is no format 'pdf'; say --format text|html|markdown"),
        (&["diagnose", "x.har", "--browser", "lynx"], "there is no browser 'lynx'"),
        (&["diagnose", "x.har", "--now", "yesterday"], "'yesterday' is no time"),
        (&["diagnose", "x.har", "y.har"], "one file at a time"),
        (&["diagnose", "--frmat", "json"], "'--frmat'"),
        (&["diagnose"], "say which file"),
        (&["explain"], "say which cause"),
        (&["explain", "no-such-cause"], "there is no cause 'no-such-cause'"),
        (&[], "say what to do"),
    ] {
        assert_refused(&run(arguments), says);
    }
    assert_eq!(stdout(&run(&["--version"])), concat!("why401 ", env!("CARGO_PKG_VERSION"), "\n"));
    let help = run(&["help"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(stdout(&help).contains("compare") && stdout(&help).contains("diagnose"));
}

#[test]
fn a_token_in_a_path_is_masked_in_sentences_too() {
    let session = "\
> GET https://app.example.test/reset/k3J9xQ2mV7pL5tR8wZ1nB4cD;jsessionid=A1B2C3D4E5F6A7B8
> Authorization: Bearer undefined
< 401 Unauthorized
< WWW-Authenticate: Bearer
";
    for format in ["text", "json"] {
        let output = run_with_input(&["diagnose", "-", "--format", format], session.as_bytes());
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        let said = stdout(&output);
        assert!(said.contains("/reset/") && !said.contains("k3J9xQ2m") && !said.contains("A1B2C3D4"), "{said}");
    }
}

#[test]
fn reports_made_with_one_key_are_the_same_and_others_differ() {
    let folder = Folder::new("key");
    let (file, key) = (folder.file("a.http", FAILING.as_bytes()), folder.file("key", &[7; 32]));
    let redacted = |arguments: &[&str]| run(&[&["redact", &file], arguments].concat()).stdout;
    let with_key = ["--key", &key];
    assert_eq!(redacted(&with_key), redacted(&with_key));
    assert_ne!(redacted(&with_key), redacted(&[]));
    assert_refused(&run(&["redact", &file, "--key", &folder.file("short", b"7")]), "32 bytes");
}
