//! The cookie store: the same lines set and the same requests asked for in each.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use url::Url;
use why401::session::cookie_store::{CookieRequest, CookieStore, Profile, Reception};
use why401::syntax::set_cookie;
use why401::time::Time;

use crate::table::{heading, medians, row};

const HOSTS: usize = 60;
const LINES: usize = 10;
const NOW: Time = Time(1_798_758_000_000);

/// What one run does: each line set by its URL, and each URL asked for its cookies.
struct Work {
    lines: Vec<(Url, String)>,
    requests: Vec<Url>,
}

fn work() -> Work {
    let attributes = [
        "; Path=/; Secure; HttpOnly; SameSite=Lax",
        "; Path=/; Max-Age=86400",
        "; Path=/api; Expires=Fri, 01 Jan 2038 00:00:00 GMT; Secure",
        "",
        "; Domain=HOST; Path=/; SameSite=None; Secure",
    ];
    let mut lines = Vec::new();
    let mut requests = Vec::new();
    for host in 0..HOSTS {
        let domain = format!("shop{host}.example{}.com", host / 2);
        let url = |path: &str| Url::parse(&format!("https://{domain}{path}")).ok();
        for line in 0..LINES {
            let attributes = attributes[line % attributes.len()].replace("HOST", &domain);
            lines.extend(url("/api/login").map(|url| (url, format!("name{line}=4f7d1c9e8b2a4f7d1c9e8b2a{line}{attributes}"))));
        }
        requests.extend(["/", "/api/orders?page=2", "/api/login", "/static/app.css", "/account"].into_iter().filter_map(url));
    }
    Work { lines, requests }
}

fn ours(work: &Work) -> CookieStore {
    let mut store = CookieStore::new(Profile::chrome());
    for (url, line) in &work.lines {
        let parsed = set_cookie::parse(line);
        store.receive(&parsed.value, &CookieRequest::navigation(url, NOW), &Reception::default());
    }
    store
}

fn asked(store: &CookieStore, work: &Work) -> usize {
    let sent = |url| store.consult(&CookieRequest::navigation(url, NOW)).iter().filter(|decision| decision.is_sent()).count();
    work.requests.iter().map(sent).sum()
}

fn theirs(work: &Work) -> cookie_store::CookieStore {
    let mut store = cookie_store::CookieStore::default();
    for (url, line) in &work.lines {
        let _ = store.parse(line, url);
    }
    store
}

fn asked_them(store: &cookie_store::CookieStore, work: &Work) -> usize {
    work.requests.iter().map(|url| store.get_request_values(url).count()).sum()
}

pub fn run() -> Result<(), Box<dyn Error>> {
    let work = work();
    let (filled, filled_theirs) = (ours(&work), theirs(&work));
    assert_eq!(asked(&filled, &work), asked_them(&filled_theirs, &work));
    let (set, get) = (work.lines.len(), work.requests.len());

    heading("Cookie store", "cookie_store");
    let receive = medians(set, &mut [&mut || ours(&work).iter().count(), &mut || theirs(&work).iter_any().count()]);
    row("a line received", receive[0], receive[1], 1.5);
    let retrieve = medians(get, &mut [&mut || asked(&filled, &work), &mut || asked_them(&filled_theirs, &work)]);
    row("a request's cookies", retrieve[0], retrieve[1], 1.5);
    let both = medians(set + get, &mut [&mut || asked(&ours(&work), &work), &mut || asked_them(&theirs(&work), &work)]);
    row("both in turn", both[0], both[1], 1.5);

    heading("Cookie store", "tough-cookie");
    let input = json!({
        "lines": work.lines.iter().map(|(url, line)| [url.as_str(), line]).collect::<Vec<_>>(),
        "requests": work.requests.iter().map(Url::as_str).collect::<Vec<_>>(),
        "now": NOW.0,
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peers/tough-cookie.mjs");
    let output = Command::new("node").arg(script).arg(input.to_string()).output()?;
    let answer: serde_json::Value =
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)))?;
    assert_eq!(answer["sent"].as_u64(), u64::try_from(asked(&filled, &work)).ok());
    for (what, ours, key) in
        [("a line received", receive[0], "receive"), ("a request's cookies", retrieve[0], "retrieve"), ("both in turn", both[0], "both")]
    {
        row(what, ours, answer[key].as_f64().ok_or("no figure")?, 10.0);
    }
    Ok(())
}
