//! The redirect model held against what real browsers did: `tests/vectors/redirects/*.json`, recorded
//! by `tests/oracle/redirects.mjs`. It agrees on every request of every journey, its method, content,
//! `Authorization`, `Origin` and `Referer`, and on where the journey ends.

#![cfg(test)]

#[path = "common/recorded.rs"]
mod recorded;

use serde_json::Value;
use url::Url;
use why401::session::redirects::rules::{self, Target};
use why401::syntax::referrer;

/// One request, as far as the model speaks of it: method, address, content, `Authorization`, `Origin`, `Referer`.
type Sent = (String, String, bool, bool, Option<String>, Option<String>);

/// Every request of a journey and its end, by the model.
fn modelled(journey: &Value, browser: &str) -> (Vec<Sent>, String) {
    let text = |name: &str| journey[name].as_str().unwrap();
    let page = Url::parse(&format!("{}/", text("page"))).unwrap();
    let by_script = text("how") == "fetch";
    let mut url = Url::parse(text("url")).unwrap();
    let mut method = text("method").to_owned();
    let mut body = journey["body"] == true;
    let mut authorization = journey["authorization"] == true;
    let mut policy = referrer::policy(journey["referrerPolicy"].as_str().unwrap_or_default()).value;
    let mut tainted = false;
    let mut sent = Vec::new();
    for (count, hop) in journey["hops"].as_array().unwrap().iter().enumerate() {
        if count > rules::limit(browser, !by_script) {
            return (sent, "network error".to_owned());
        }
        let is_foreign = url.origin() != page.origin();
        let has_origin = is_foreign || tainted || !matches!(method.as_str(), "GET" | "HEAD");
        let origin = if tainted { "null".to_owned() } else { page.origin().ascii_serialization() };
        let mut bare = url.clone();
        bare.set_fragment(None);
        let _ = (bare.set_username(""), bare.set_password(None));
        sent.push((
            method.clone(),
            bare.into(),
            body,
            authorization,
            (by_script && has_origin).then_some(origin),
            referrer::expected(policy, &page, &url),
        ));
        let status = u16::try_from(hop["status"].as_u64().unwrap()).unwrap();
        // The network takes the blanks around a value away.
        let target = if rules::is_redirect(status) { rules::target(&url, hop["location"].as_str().map(str::trim)) } else { Target::Stay };
        let next = match target {
            Target::Stay => {
                url.set_fragment(url.fragment().filter(|_| !by_script).map(str::to_owned).as_deref());
                return (sent, if by_script { format!("{status} {url}") } else { url.into() });
            }
            Target::Follow(next) if !by_script || !rules::is_stopped_by_credentials(&page.origin(), &url, &next) => next,
            Target::Invalid | Target::Forbidden(_) | Target::Follow(_) => return (sent, "network error".to_owned()),
        };
        let after = rules::method_after(status, &method);
        body &= after == method;
        method = after.to_owned();
        authorization &= rules::keeps_authorization(browser, &url, &next);
        tainted = rules::is_origin_tainted(&page.origin(), &url, &next, tainted);
        policy = hop["policy"].as_str().map_or(policy, |field| referrer::policy(field).value);
        url = next;
    }
    (sent, "network error".to_owned())
}

fn disagreements(browser: &str) -> Vec<String> {
    let recording = recorded::read("redirects", browser);
    let version = recording["browser"].as_str().unwrap();
    let rows = recording["rows"].as_array().unwrap();
    assert!(rows.len() > 200, "{} rows", rows.len());
    let differs = |row: &Value| {
        let journey = &row["journey"];
        let by_script = journey["how"] == "fetch";
        let owned = |value: &Value| value.as_str().map(str::to_owned);
        let seen: Vec<Sent> = row["seen"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let flag = |name: &str| one[name] == true;
                let origin = owned(&one["origin"]).filter(|_| by_script);
                (
                    owned(&one["method"]).unwrap(),
                    owned(&one["url"]).unwrap(),
                    flag("body"),
                    flag("authorization"),
                    origin,
                    owned(&one["referer"]),
                )
            })
            .collect();
        let (sent, end) = modelled(journey, version);
        let line = || {
            let first = seen.iter().zip(&sent).position(|(seen, sent)| seen != sent).unwrap_or(seen.len().min(sent.len()));
            format!(
                "{journey}\n    browser: {} requests, {:?}, end {}\n    model:   {} requests, {:?}, end {end:?}",
                seen.len(),
                seen.get(first),
                row["end"],
                sent.len(),
                sent.get(first)
            )
        };
        (seen != sent || row["end"] != end).then(line)
    };
    rows.iter().filter_map(differs).collect()
}

#[test]
fn agrees_with_chrome() {
    recorded::all_expected("redirects", "chrome", disagreements("chrome"));
}

#[test]
fn agrees_with_firefox() {
    recorded::all_expected("redirects", "firefox", disagreements("firefox"));
}
