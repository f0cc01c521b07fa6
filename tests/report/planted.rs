//! Secrets planted in every kind of place, looked for in every form of report by a search that shares
//! nothing with the core's: each secret in each encoding, as plain bytes.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use why401::redact::{Key, Scope};
use why401::report::Format;

/// A secret that no word list has, another for each number.
fn canary(number: usize) -> String {
    format!("Qz{:05}kW{:04}vJ", number * 7919 % 100_000, number)
}

/// Kinds of places; each is made into an exchange with a secret of its own in it.
type Plant = fn(&str) -> Value;

fn entry(url: &str, request: Value, response: Value) -> Value {
    let mut entry = json!({
        "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 5,
        "request": {"method": "GET", "url": url, "headers": [], "headersSize": 1},
        "response": {"status": 401, "statusText": "Unauthorized", "headers": [], "headersSize": 1, "content": {"mimeType": "text/html", "size": 9}},
    });
    for (name, part) in [("request", request), ("response", response)] {
        for (member, value) in part.as_object().unwrap() {
            entry[name][member] = value.clone();
        }
    }
    entry
}

const URL: &str = "https://app.example.test/login";

fn sent(name: &str, value: String) -> Value {
    entry(URL, json!({"headers": [{"name": name, "value": value}]}), json!({}))
}

fn received(name: &str, value: String) -> Value {
    entry(URL, json!({}), json!({"headers": [{"name": name, "value": value}]}))
}

fn at(url: String) -> Value {
    entry(&url, json!({}), json!({}))
}

fn posted(mime: &str, text: String) -> Value {
    entry(
        URL,
        json!({"method": "POST", "headers": [{"name": "content-type", "value": mime}], "postData": {"mimeType": mime, "text": text}}),
        json!({}),
    )
}

fn answered(mime: &str, text: String) -> Value {
    let size = text.len();
    entry(
        URL,
        json!({}),
        json!({"headers": [{"name": "content-type", "value": mime}], "content": {"mimeType": mime, "size": size, "text": text}}),
    )
}

fn jwt(claims: Value) -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{}", part(json!({"alg": "RS256", "typ": "JWT"})), part(claims), "c2lnbmF0dXJl")
}

const PLACES: &[(&str, Plant)] = &[
    ("bearer token", |c| sent("authorization", format!("Bearer {c}"))),
    ("basic password", |c| sent("authorization", format!("Basic {}", BASE64_STANDARD.encode(format!("alice:{c}"))))),
    ("basic user", |c| sent("authorization", format!("Basic {}", BASE64_STANDARD.encode(format!("{c}:x"))))),
    ("digest username", |c| sent("authorization", format!("Digest username=\"{c}\", realm=\"a\", nonce=\"b\", uri=\"/\", response=\"d\""))),
    ("digest nonce", |c| sent("authorization", format!("Digest username=\"a\", realm=\"a\", nonce=\"{c}\", uri=\"/\", response=\"d\""))),
    ("digest response", |c| sent("authorization", format!("Digest username=\"a\", nonce=\"b\", response={c}"))),
    ("digest uri", |c| sent("authorization", format!("Digest username=\"a\", uri=\"/x?code={c}\""))),
    ("aws key", |c| {
        sent(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={c}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=1"),
        )
    }),
    ("unknown scheme", |c| sent("authorization", format!("{c} x"))),
    ("no scheme", |c| sent("authorization", c.into())),
    ("negotiate", |c| sent("authorization", format!("Negotiate {}", BASE64_STANDARD.encode(c)))),
    ("proxy credentials", |c| sent("proxy-authorization", format!("Bearer {c}"))),
    ("jwt subject", |c| sent("authorization", format!("Bearer {}", jwt(json!({"sub": c, "exp": 1}))))),
    ("jwt mail", |c| sent("authorization", format!("Bearer {}", jwt(json!({"email": format!("{c}@a.test"), "exp": 1}))))),
    ("jwt deep", |c| sent("authorization", format!("Bearer {}", jwt(json!({"a": {"b": [c]}}))))),
    ("jwt claim name", |c| sent("authorization", format!("Bearer {}", jwt(json!({c: 1}))))),
    ("cookie", |c| sent("cookie", format!("sid={c}; a=b"))),
    ("nameless cookie", |c| sent("cookie", c.into())),
    ("cookie name", |c| sent("cookie", format!("{c}=1"))),
    ("quoted cookie", |c| sent("cookie", format!("sid=\"{c}\""))),
    ("percent-encoded cookie", |c| sent("cookie", format!("sid=s%3A{c}.x%2F"))),
    ("jwt in a cookie", |c| sent("cookie", format!("sid={}", jwt(json!({"name": c}))))),
    ("JSON in base64 in a cookie", |c| sent("cookie", format!("s={}", BASE64_STANDARD.encode(json!({"user": c}).to_string())))),
    ("set-cookie", |c| received("set-cookie", format!("sid={c}; Path=/"))),
    ("set-cookie path", |c| received("set-cookie", format!("sid=1; Path=/{c}"))),
    ("set-cookie domain", |c| received("set-cookie", format!("sid=1; Domain={c}.a.test"))),
    ("set-cookie attribute", |c| received("set-cookie", format!("sid=1; X={c}"))),
    ("set-cookie name", |c| received("set-cookie", format!("{c}=1"))),
    ("any field", |c| sent("x-whatever", c.into())),
    ("field name", |c| sent(c, "1".into())),
    ("api key field", |c| sent("x-api-key", c.into())),
    ("csrf field", |c| sent("x-csrf-token", c.into())),
    ("client address", |c| sent("x-forwarded-for", c.into())),
    ("user agent", |c| sent("user-agent", format!("Mozilla/5.0 {c}"))),
    ("accept language", |c| sent("accept-language", c.into())),
    ("etag", |c| received("etag", format!("\"{c}\""))),
    ("server", |c| received("server", format!("nginx/{c}"))),
    ("request id", |c| received("x-request-id", c.into())),
    ("date", |c| received("date", c.into())),
    ("cache control", |c| received("cache-control", format!("max-age=3, {c}"))),
    ("content type", |c| received("content-type", format!("text/html; x={c}"))),
    ("security policy", |c| received("content-security-policy", format!("script-src 'nonce-{c}'"))),
    ("challenge realm", |c| received("www-authenticate", format!("Basic realm=\"{c}\""))),
    ("challenge nonce", |c| received("www-authenticate", format!("Digest realm=\"a\", nonce=\"{c}\""))),
    ("challenge words", |c| {
        received("www-authenticate", format!("Bearer error=\"invalid_token\", error_description=\"token {c} expired\""))
    }),
    ("referer", |c| sent("referer", format!("https://a.test/?token={c}"))),
    ("origin with userinfo", |c| sent("origin", format!("https://{c}@a.test"))),
    ("location", |c| received("location", format!("https://a.test/cb?code={c}"))),
    ("location fragment", |c| received("location", format!("/cb#access_token={c}"))),
    ("refresh", |c| received("refresh", format!("0; url=/x?ticket={c}"))),
    ("link", |c| received("link", format!("<https://a.test/{c}>; rel=next"))),
    ("user of a URL", |c| at(format!("https://{c}:x@a.test/"))),
    ("password of a URL", |c| at(format!("https://a:{c}@a.test/"))),
    ("path segment", |c| at(format!("https://a.test/reset/{c}/next"))),
    ("path parameter", |c| at(format!("https://a.test/x;jsessionid={c}"))),
    ("encoded path", |c| at(format!("https://a.test/%7B{c}%7D"))),
    ("query", |c| at(format!("https://a.test/?code={c}&state=1"))),
    ("unknown query", |c| at(format!("https://a.test/?q={c}"))),
    ("query without name", |c| at(format!("https://a.test/?{c}"))),
    ("query name", |c| at(format!("https://a.test/?{c}=1"))),
    ("fragment", |c| at(format!("https://a.test/#id_token={c}"))),
    ("URL in a query", |c| at(format!("https://a.test/?redirect_uri=https%3A%2F%2Fb.test%2F%3Ft%3D{c}"))),
    ("mail in a query", |c| at(format!("https://a.test/?login_hint={c}%40b.test"))),
    ("error in a query", |c| at(format!("https://a.test/?error=x&error_description=User+{c}+is+unknown"))),
    ("data URL", |c| at(format!("data:text/plain;{c},x"))),
    ("form password", |c| posted("application/x-www-form-urlencoded", format!("user=a&password={c}"))),
    ("form of any name", |c| posted("application/x-www-form-urlencoded", format!("a={c}"))),
    ("form, twice encoded", |c| posted("application/x-www-form-urlencoded", format!("a=%2525{c}%2525"))),
    ("last parameter", |c| posted("application/x-www-form-urlencoded", format!("a=1&b=2&pin={c}\r\n"))),
    ("JSON password", |c| posted("application/json", json!({"password": c}).to_string())),
    ("JSON list", |c| posted("application/json", json!([[c]]).to_string())),
    ("JSON name", |c| posted("application/json", json!({c: true}).to_string())),
    ("JSON in JSON", |c| posted("application/json", json!({"a": json!({"b": c}).to_string()}).to_string())),
    ("JSON with escapes", |c| {
        posted("application/json", format!("{{\"a\":\"{}\"}}", c.chars().map(|c| format!("\\u{:04x}", c as u32)).collect::<String>()))
    }),
    ("cut JSON", |c| posted("application/json", format!("{{\"a\":\"{c}"))),
    ("GraphQL", |c| posted("application/json", json!({"query": format!("mutation {{ login(password: \"{c}\") }}")}).to_string())),
    ("GraphQL variables", |c| posted("application/json", json!({"query": "q", "variables": {"input": {"pass": c}}}).to_string())),
    ("XML", |c| posted("text/xml", format!("<a><Password>{c}</Password></a>"))),
    ("XML attribute", |c| posted("text/xml", format!("<a b='{c}'/>"))),
    ("multipart", |c| {
        posted(
            "multipart/form-data; boundary=xx",
            format!("--xx\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{c}\r\n--xx--\r\n"),
        )
    }),
    ("multipart file", |c| {
        posted(
            "multipart/form-data; boundary=xx",
            format!("--xx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{c}.txt\"\r\n\r\nx\r\n--xx--\r\n"),
        )
    }),
    ("multipart boundary", |c| {
        posted(
            &format!("multipart/form-data; boundary={c}"),
            format!("--{c}\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nx\r\n--{c}--\r\n"),
        )
    }),
    ("plain content", |c| posted("text/plain", c.into())),
    ("SAML by POST", |c| {
        posted("application/x-www-form-urlencoded", format!("SAMLResponse={}", BASE64_STANDARD.encode(format!("<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"><saml:NameID>{c}</saml:NameID></samlp:Response>")).replace('+', "%2B").replace('=', "%3D")))
    }),
    ("SAML attribute value", |c| {
        posted("application/x-www-form-urlencoded", format!("SAMLResponse={}", BASE64_STANDARD.encode(format!("<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"><saml:AttributeValue>{c}</saml:AttributeValue></samlp:Response>")).replace('+', "%2B").replace('=', "%3D")))
    }),
    ("answered token", |c| answered("application/json", json!({"access_token": c, "expires_in": 60}).to_string())),
    ("answered error that repeats", |c| {
        answered("application/json", json!({"error": "invalid_grant", "error_description": format!("Token {c} is expired")}).to_string())
    }),
    ("answered message", |c| answered("application/json", json!({"message": format!("User '{c}' does not exist")}).to_string())),
    ("page text", |c| answered("text/html", format!("<p>Hello {c}</p>"))),
    ("page title", |c| answered("text/html", format!("<title>{c}</title>"))),
    ("page comment", |c| answered("text/html", format!("<p>x</p><!-- {c} -->"))),
    ("hidden input", |c| answered("text/html", format!("<input type=hidden name=csrf value=\"{c}\">"))),
    ("meta tag", |c| answered("text/html", format!("<meta name=csrf-token content='{c}'>"))),
    ("script in a page", |c| answered("text/html", format!("<script>var t = \"{c}\";</script>"))),
    ("link of a page", |c| answered("text/html", format!("<a href=\"/reset?t={c}\">x</a>"))),
    ("words of an answer", |c| answered("text/plain", format!("invalid token {c}"))),
    ("status text", |c| entry(URL, json!({}), json!({"statusText": format!("Bad {c}")}))),
    ("browser's error", |c| entry(URL, json!({}), json!({"status": 0, "_error": format!("net::{c}")}))),
    ("initiator", |c| {
        let mut entry = at(URL.into());
        entry["_initiator"] = json!({"type": "script", "url": format!("https://a.test/?s={c}"), "stack": {"callFrames": [{"url": format!("https://a.test/{c}.js")}]}});
        entry
    }),
    ("custom member", |c| {
        let mut entry = at(URL.into());
        entry["_secret"] = json!({"a": c});
        entry
    }),
    ("comment", |c| {
        let mut entry = at(URL.into());
        entry["comment"] = json!(c);
        entry
    }),
    ("web socket message", |c| {
        let mut entry = at("wss://a.test/".into());
        entry["_webSocketMessages"] = json!([{"type": "send", "data": c}]);
        entry
    }),
    ("event stream", |c| answered("text/event-stream", format!("data: {{\"token\":\"{c}\"}}\n\n"))),
    ("server address", |c| {
        let mut entry = at(URL.into());
        entry["serverIPAddress"] = json!(c);
        entry
    }),
    ("connection", |c| {
        let mut entry = at(URL.into());
        entry["_connectionId"] = json!(c);
        entry
    }),
    ("method", |c| {
        let mut entry = at(URL.into());
        entry["request"]["method"] = json!(c);
        entry
    }),
];

/// Every way in which a secret is written, and its parts of eight characters.
fn forms(secret: &str) -> Vec<String> {
    let hex =
        |upper: bool| secret.bytes().map(|byte| if upper { format!("{byte:02X}") } else { format!("{byte:02x}") }).collect::<String>();
    let escaped = |form: fn(u8) -> String| secret.bytes().map(form).collect::<String>();
    let mut forms = vec![hex(true), hex(false)];
    forms.extend([
        escaped(|byte| format!("%{byte:02X}")),
        escaped(|byte| format!("%25{byte:02X}")),
        escaped(|byte| format!("\\u{byte:04x}")),
        escaped(|byte| format!("&#{byte};")),
        escaped(|byte| format!("={byte:02X}")),
    ]);
    for lead in ["", "a", "ab"] {
        let whole = BASE64_STANDARD_NO_PAD.encode(format!("{lead}{secret}"));
        // Neither the characters that hold the lead nor the last ones, which depend on what follows.
        forms.push(whole[4..whole.len() - 2].to_owned());
    }
    forms.extend(secret.as_bytes().windows(8).map(|part| String::from_utf8(part.to_vec()).unwrap()));
    forms
}

#[test]
fn no_planted_secret_is_in_any_report() {
    assert!(PLACES.len() >= 60, "only {} kinds of places", PLACES.len());
    let mut planted = Vec::new();
    let mut held_back = Vec::new();
    for round in 0..3 {
        for (number, (place, plant)) in PLACES.iter().enumerate() {
            let secret = canary(round * PLACES.len() + number + 1);
            let har = json!({"log": {"version": "1.2", "creator": {"name": "x", "version": "1", "comment": secret}, "comment": secret,
                "pages": [{"id": "p", "title": secret, "startedDateTime": "2026-01-01T00:00:00Z"}], "entries": [plant(&secret)]}});
            let read = super::read(har.to_string().as_bytes());
            assert!(!read.exchanges.is_empty(), "{place} is no exchange");
            let share = super::shared(&read, &super::diagnosed(&read), &Scope::default(), &secret, &Key::from([9; 32]));
            planted.push(secret.clone());
            let reports = Format::ALL
                .iter()
                .map(|(name, format)| (*name, share.report(*format)))
                .chain([("sarif", share.sarif("tests/login.spec.ts"))]);
            for (name, report) in reports {
                let report = match report {
                    Ok(report) => report,
                    Err(leak) => {
                        held_back.push(format!("{place} as {name}: {leak}"));
                        continue;
                    }
                };
                for form in forms(&secret) {
                    assert!(
                        !report.contains(&form) && !report.to_lowercase().contains(&form.to_lowercase()),
                        "{place} as {name} holds {form}:\n{report}"
                    );
                }
            }
        }
    }
    assert!(planted.len() >= 300);
    assert!(held_back.is_empty(), "{} reports were held back:\n{}", held_back.len(), held_back.join("\n"));
}
