//! The cookie store beside the crate `cookie_store` and npm's `tough-cookie`, by RFC 6265 with a
//! loopback that counts as secure, on what all three mean to do: named cookies of printable ASCII for hosts below no public suffix but `com`.
//! Sessions of lines and requests are made from a seed; what differed once is a seed in `SEEDS`.
//!
//! Left out, each because a peer departs from RFC 6265 there:
//! - `cookie_store`: the order of cookies, as it sends them as they lie in its maps, and an unreadable
//!   Max-Age, which takes away an Expires and any Max-Age before it;
//! - `tough-cookie`: the order of cookies too, as an expired one leaves its place to the next of its
//!   name, and Secure over plain http, which it refuses as RFC 6265bis does;
//! - both: `Expires` in other forms than RFC 9110's, which the vectors of the http-state group hold.

use std::error::Error;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use url::Url;
use why401::session::cookie_store::{CookieRequest, CookieStore, Profile, Reception};
use why401::syntax::set_cookie;
use why401::time::Time;

/// Sessions that are always run; further ones begin at the seed that is asked for.
const SEEDS: [u64; 2] = [1, 20_261_121];
/// Sessions that follow each seed.
const SESSIONS: u64 = 500;
const STEPS: usize = 60;

/// Knuth's MMIX generator: the same session for the same seed, everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % bound
    }

    fn pick<'a>(&mut self, among: &[&'a str]) -> &'a str {
        among[self.below(among.len())]
    }
}

enum Step {
    Set(Url, String),
    Get(Url),
}

const HOSTS: [&str; 6] = ["example.com", "www.example.com", "a.www.example.com", "badexample.com", "other.com", "127.0.0.1"];
const DATES: [&str; 3] = ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2038 00:00:00 GMT", "soon"];
const PATHS: [&str; 8] = ["/", "/app", "/app/", "/app/x", "/app/x/y", "/apple", "/APP/x", "/app//x"];

fn url(random: &mut Random) -> Url {
    let text =
        format!("{}://{}{}{}", random.pick(&["http", "https"]), random.pick(&HOSTS), random.pick(&PATHS), random.pick(&["", "", "?q=/a"]));
    Url::parse(&text).unwrap_or_else(|_| unreachable!("{text}"))
}

fn line(random: &mut Random, step: usize) -> String {
    let mut line = format!(
        "{}{}={}{step}",
        random.pick(&["", "", " "]),
        random.pick(&["a", "b", "sid", "A", "x-y"]),
        random.pick(&["", "v", "a=b=", "v.-_~!"])
    );
    for _ in 0..random.below(5) {
        let attribute = match random.below(7) {
            0 => format!("Path={}", random.pick(&["/", "/app", "/app/", "/app/x", "app", "", "/APP"])),
            1 => format!(
                "Domain={}",
                random.pick(&["example.com", ".example.com", "EXAMPLE.com", "www.example.com", "other.com", "ample.com"])
            ),
            2 => format!("Max-Age={}", random.pick(&["0", "-1", "3600", "99999", "x", "1.5", ""])),
            3 => format!("Expires={}", random.pick(&DATES)),
            4 => "Secure".to_owned(),
            5 => "HttpOnly".to_owned(),
            _ => random.pick(&["", "Unknown", "Version=1", "SameSite=None", "Comment=a"]).to_owned(),
        };
        let attribute = match attribute.split_once('=') {
            Some((name, value)) if random.below(4) == 0 => format!("{}={value}", name.to_ascii_lowercase()),
            _ => attribute,
        };
        line.push_str(random.pick(&["; ", ";", " ; ", ";  "]));
        line.push_str(&attribute);
    }
    // One character that nobody meant.
    if random.below(8) == 0 {
        let at = random.below(line.len());
        line.replace_range(at..=at, random.pick(&[";", "=", " ", "a", "/", ".", "-"]));
    }
    line
}

fn session(seed: u64) -> Vec<Step> {
    let mut random = Random(seed);
    let step = |step| if random.below(3) == 0 { Step::Get(url(&mut random)) } else { Step::Set(url(&mut random), line(&mut random, step)) };
    (0..STEPS)
        .map(step)
        .chain(HOSTS.map(|host| Step::Get(Url::parse(&format!("https://{host}/app/x/y")).unwrap_or_else(|_| unreachable!()))))
        .collect()
}

/// Whether all three mean to take the line.
fn is_common(url: &Url, line: &str) -> bool {
    let field = set_cookie::parse(line).value;
    let is_trusted = url.scheme() == "https" || url.host_str() == Some("127.0.0.1");
    let is_known_date = |piece: &str| match piece.split_once('=') {
        Some((name, value)) => !name.trim().eq_ignore_ascii_case("expires") || DATES.contains(&value.trim()),
        None => true,
    };
    let is_readable_age = |piece: &str| {
        let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
        !name.trim().eq_ignore_ascii_case("max-age") || value.trim().parse::<i64>().is_ok()
    };
    !field.name.is_empty()
        && (is_trusted || field.secure.is_none())
        && line.split(';').all(|piece| is_known_date(piece) && is_readable_age(piece))
}

fn ours(session: &[Step], now: Time) -> Vec<Vec<String>> {
    let mut store = CookieStore::new(Profile { trusts_loopback: true, ..Profile::rfc6265() });
    let mut answers = Vec::new();
    for step in session {
        match step {
            Step::Set(url, line) => {
                drop(store.receive(&set_cookie::parse(line).value, &CookieRequest::navigation(url, now), &Reception::default()))
            }
            Step::Get(url) => {
                let decisions = store.consult(&CookieRequest::navigation(url, now));
                let sent = decisions.iter().filter(|one| one.is_sent());
                answers.push(sent.map(|one| format!("{}={}", one.cookie.name(), one.cookie.value())).collect());
            }
        }
    }
    answers
}

fn by_cookie_store(session: &[Step]) -> Vec<Vec<String>> {
    let mut store = cookie_store::CookieStore::default();
    let mut answers = Vec::new();
    for step in session {
        match step {
            Step::Set(url, line) => drop(store.parse(line, url)),
            Step::Get(url) => answers.push(store.get_request_values(url).map(|(name, value)| format!("{name}={value}")).collect()),
        }
    }
    answers
}

fn by_tough_cookie(sessions: &[Vec<Step>]) -> Result<Vec<Vec<Vec<String>>>, Box<dyn Error>> {
    let written = |step: &Step| match step {
        Step::Set(url, line) => json!({"url": url.as_str(), "line": line}),
        Step::Get(url) => json!({"url": url.as_str()}),
    };
    let input: Vec<Vec<Value>> = sessions.iter().map(|session| session.iter().map(written).collect()).collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/differential/tough-cookie.mjs");
    let mut node = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut stdin = node.stdin.take().ok_or("no stdin")?;
    let writer = std::thread::spawn(move || stdin.write_all(json!(input).to_string().as_bytes()));
    let output = node.wait_with_output()?;
    writer.join().map_err(|_| "the writer stopped")??;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort();
    list
}

fn told(session: &[Step]) -> String {
    let line = |step: &Step| match step {
        Step::Set(url, line) => format!("  set {url} {line:?}"),
        Step::Get(url) => format!("  get {url}"),
    };
    session.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked: Vec<u64> = std::env::args().skip(1).filter_map(|seed| seed.parse().ok()).collect();
    let seeds: Vec<u64> = SEEDS.into_iter().chain(asked).flat_map(|seed| seed..seed + SESSIONS).collect();
    let now = Time(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?);
    let sessions: Vec<Vec<Step>> = seeds
        .iter()
        .map(|seed| session(*seed).into_iter().filter(|step| !matches!(step, Step::Set(url, line) if !is_common(url, line))).collect())
        .collect();
    let tough = by_tough_cookie(&sessions)?;
    let (mut compared, mut differences) = (0, 0);
    for ((seed, session), tough) in seeds.iter().zip(&sessions).zip(tough) {
        let ours = ours(session, now);
        let theirs = by_cookie_store(session);
        for (number, ((ours, theirs), tough)) in ours.into_iter().zip(theirs).zip(tough).enumerate() {
            compared += 1;
            let (ours, theirs, tough) = (sorted(ours), sorted(theirs), sorted(tough));
            if ours != theirs || ours != tough {
                differences += 1;
                if differences <= 3 {
                    println!(
                        "seed {seed}, request {number}:\n  ours         {ours:?}\n  cookie_store {theirs:?}\n  tough-cookie {tough:?}\n{}",
                        told(session)
                    );
                }
            }
        }
    }
    println!("cookies: {compared} requests in {} sessions, {differences} differences", sessions.len());
    if differences > 0 { Err("the stores differ".into()) } else { Ok(()) }
}
