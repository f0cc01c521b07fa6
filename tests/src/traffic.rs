//! Exchanges as a browser that works with one application makes them: pages, API calls with a
//! token, redirects, pictures, now and then a login; no bodies.

use url::Url;
use why401::exchange::{Exchange, Kind, Request, Response, ServedBy, Unseen, Version};
use why401::time::Time;

const HOSTS: [&str; 5] = ["app.example.test", "api.example.test", "static.example.test", "id.example.test", "metrics.other.test"];

/// The exchange of that number: the same number is always the same exchange.
#[must_use]
pub fn exchange(number: usize) -> Exchange {
    let host = HOSTS[number % HOSTS.len()];
    let (method, path, kind, status) = match number % 20 {
        0 => ("GET", "/home".to_owned(), Kind::Document, 200),
        5 => ("POST", "/login".to_owned(), Kind::Document, 302),
        10 => ("GET", "/account".to_owned(), Kind::Document, 302),
        2 | 7 | 12 | 17 => ("GET", format!("/img/{}.png", number % 300), Kind::Image, 200),
        _ => ("GET", format!("/v1/orders/{}?page={}", number % 1000, number % 9), Kind::Fetch, 200),
    };
    let session = format!("sid={:024x}; theme=dark; _ga=GA1.2.{}.{}", number / 500 + 7, number / 1000, 1_798_758_000);
    let token = format!(
        "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUudGVzdCIsInN1YiI6IjEiLCJhdWQiOiJhcGkiLCJleHAiOjE3OTg3NjE2MDAsImlhdCI6MTc5ODc1ODAwMH0.{:0>86}",
        number / 400
    );
    let mut sent = vec![
        ("accept", "application/json, text/plain, */*"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "en-US,en;q=0.9,de;q=0.8"),
        ("cache-control", "no-cache"),
        ("connection", "keep-alive"),
        ("host", host),
        ("pragma", "no-cache"),
        ("referer", "https://app.example.test/home"),
        ("sec-ch-ua", "\"Chromium\";v=\"156\", \"Not A(Brand\";v=\"24\""),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-ch-ua-platform", "\"Linux\""),
        ("sec-fetch-dest", "empty"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-site", "same-origin"),
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"),
        ("cookie", &session),
    ];
    if kind == Kind::Fetch {
        sent.push(("authorization", &token));
    }
    let started = Time(1_798_758_000_000 + number as i64 * 40);
    let date = started.to_http_date();
    let etag = format!("\"{number:016x}\"");
    let set_cookie = format!("sid={:024x}; Path=/; Secure; HttpOnly; SameSite=Lax", number / 500 + 8);
    let mut received = vec![
        ("cache-control", "no-store"),
        ("content-length", "1834"),
        ("content-security-policy", "default-src 'self'; img-src 'self' https://static.example.test"),
        ("content-type", "application/json; charset=utf-8"),
        ("date", &date),
        ("etag", &etag),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("server", "nginx"),
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("vary", "Accept-Encoding, Origin"),
        ("x-content-type-options", "nosniff"),
        ("x-request-id", &etag),
    ];
    if status == 302 {
        received.push(("location", "/home"));
        received.push(("set-cookie", &set_cookie));
    }
    Exchange {
        number: number as u32,
        started,
        duration: 35,
        method: method.into(),
        url: Url::parse(&format!("https://{host}{path}")).unwrap_or_else(|error| panic!("{error}")),
        kind,
        request: Request { fields: sent.into_iter().collect(), body: None },
        response: Some(Response { status, status_text: "".into(), fields: received.into_iter().collect(), redirect_url: None, body: None }),
        error: None,
        served_by: ServedBy::Network,
        initiator: None,
        server_address: None,
        connection: None,
        version: Version::default(),
        told: Box::default(),
        said: None,
        unseen: Unseen::default(),
    }
}
