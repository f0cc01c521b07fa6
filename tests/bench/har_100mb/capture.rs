//! A capture of 100 MB as Chrome exports it: pages of a web application with their documents,
//! scripts, images and API calls, whose access token expires on the way. The same on every run.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const BYTES: u64 = 100_000_000;
const ORIGIN: &str = "https://app.example.test";
/// 2026-11-20T08:00:00Z, in milliseconds since 1970.
const BEGIN: u64 = 1_795_161_600_000;
/// The token expires this long after the beginning, in seconds: some pages in.
const TOKEN_LIFETIME: u64 = 1200;

/// Writes the capture to `path`, one entry at a time.
///
/// # Errors
/// Whatever writing the file gives.
pub fn write(path: &Path) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut out = BufWriter::new(File::create(&unfinished)?);
    out.write_all(br#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":["#)?;
    let mut application = Application { noise: Noise(0x9e37_79b9_7f4a_7c15), clock: BEGIN, entries: 0 };
    let mut written = 0;
    while written < BYTES {
        for entry in application.page() {
            let text = serde_json::to_vec(&entry)?;
            if written > 0 {
                out.write_all(b",\n")?;
            }
            out.write_all(&text)?;
            written += text.len() as u64;
        }
    }
    out.write_all(b"]}}\n")?;
    out.into_inner()?.sync_all()?;
    std::fs::rename(unfinished, path)
}

/// Xorshift: enough to keep the bodies from being all alike.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    /// Text that looks like minified source, with the quotes and line ends that JSON must escape.
    fn source(&mut self, count: usize) -> String {
        const WORDS: [&str; 12] =
            ["function(", "return ", "\"use strict\";", "var e=", "this.", "=>{", "\n", "});", "null!==", "'/api'", "\\u00e9", "t.length"];
        let mut text = String::with_capacity(count + 16);
        while text.len() < count {
            text.push_str(WORDS[self.below(WORDS.len() as u64) as usize]);
        }
        text
    }
}

struct Application {
    noise: Noise,
    /// Milliseconds since 1970.
    clock: u64,
    entries: u64,
}

struct Content {
    mime: &'static str,
    kind: &'static str,
    text: String,
    encoding: Option<&'static str>,
}

impl Application {
    /// One page view: a document, what it loads, and the calls it then makes.
    fn page(&mut self) -> Vec<Value> {
        let mut entries = Vec::new();
        let document = self.noise.source(30_000);
        entries.push(self.load("/orders", Content { mime: "text/html", kind: "document", text: document, encoding: None }));
        for number in 0..6 {
            let length = 20_000 + self.noise.below(40_000) as usize;
            let text = self.noise.source(length);
            entries.push(
                self.load(&format!("/static/chunk-{number}.js"), Content { mime: "text/javascript", kind: "script", text, encoding: None }),
            );
        }
        for number in 0..10 {
            let length = 2_000 + self.noise.below(20_000) as usize;
            let text = BASE64_STANDARD.encode(self.noise.bytes(length));
            let content = Content { mime: "image/webp", kind: "image", text, encoding: Some("base64") };
            entries.push(self.load(&format!("/static/photo-{number}.webp"), content));
        }
        for number in 0..12 {
            entries.push(self.call(&format!("/api/orders?page={number}&size=50")));
        }
        entries
    }

    fn load(&mut self, path: &str, content: Content) -> Value {
        self.entry(path, content, 200, vec![], vec![("set-cookie", format!("seen={}; Path=/; Secure; SameSite=Lax", self.entries))])
    }

    fn call(&mut self, path: &str) -> Value {
        let authorization = ("authorization", format!("Bearer {}", token()));
        let json = |text: String| Content { mime: "application/json", kind: "fetch", text, encoding: None };
        if self.clock < BEGIN + TOKEN_LIFETIME * 1000 {
            let rows: Vec<Value> = (0..20).map(|row| json!({"id": row, "sum": self.noise.below(9_999), "state": "shipped"})).collect();
            self.entry(path, json(Value::from(rows).to_string()), 200, vec![authorization], vec![])
        } else {
            let challenge = r#"Bearer realm="api", error="invalid_token", error_description="The token is expired""#;
            let body = r#"{"error":"invalid_token"}"#.to_owned();
            self.entry(path, json(body), 401, vec![authorization], vec![("www-authenticate", challenge.to_owned())])
        }
    }

    fn entry(
        &mut self,
        path: &str,
        content: Content,
        status: u16,
        request_extra: Vec<(&str, String)>,
        response_extra: Vec<(&str, String)>,
    ) -> Value {
        self.clock += 40 + self.noise.below(400);
        self.entries += 1;
        let mut request = fields(&[
            (":authority", "app.example.test"),
            (":method", "GET"),
            (":path", path),
            (":scheme", "https"),
            ("accept", "*/*"),
            ("accept-encoding", "gzip, deflate, br, zstd"),
            ("accept-language", "en-GB,en;q=0.9"),
            ("cookie", "session=9b2f61c04be1; theme=dark; consent=1"),
            ("referer", "https://app.example.test/orders"),
            ("sec-ch-ua-platform", "\"Linux\""),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-site", "same-origin"),
            ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"),
        ]);
        let mut response = fields(&[
            ("cache-control", "private, max-age=0"),
            ("content-type", content.mime),
            ("date", &http_date(self.clock)),
            ("etag", &format!("\"{:x}\"", self.noise.next())),
            ("server", "nginx"),
            ("strict-transport-security", "max-age=31536000"),
            ("vary", "accept-encoding"),
            ("x-request-id", &format!("{:032x}", u128::from(self.noise.next()))),
        ]);
        request.extend(request_extra.into_iter().map(field));
        response.extend(response_extra.into_iter().map(field));
        let frames: Vec<Value> = (0..6)
            .map(|frame| json!({"functionName": "dispatch", "scriptId": "17", "url": format!("{ORIGIN}/static/chunk-{frame}.js"), "lineNumber": 0, "columnNumber": self.noise.below(90_000)}))
            .collect();
        let mut body = json!({"size": content.text.len(), "mimeType": content.mime, "text": content.text});
        if let Some(encoding) = content.encoding {
            body["encoding"] = encoding.into();
        }
        json!({
            "_initiator": {"type": "script", "stack": {"callFrames": frames}},
            "_priority": "High",
            "_resourceType": content.kind,
            "cache": {},
            "connection": "443",
            "pageref": "page_1",
            "request": {"method": "GET", "url": format!("{ORIGIN}{path}"), "httpVersion": "h2", "headers": request, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
            "response": {"status": status, "statusText": "", "httpVersion": "h2", "headers": response, "cookies": [], "content": body, "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 900, "_error": null},
            "serverIPAddress": "192.0.2.10",
            "startedDateTime": timestamp(self.clock),
            "time": 31.25,
            "timings": {"blocked": 1.5, "dns": -1, "ssl": -1, "connect": -1, "send": 0.25, "wait": 25.5, "receive": 4.0, "_blocked_queueing": 1.25}
        })
    }
}

fn fields(list: &[(&str, &str)]) -> Vec<Value> {
    list.iter().map(|&(name, value)| field((name, value.to_owned()))).collect()
}

fn field((name, value): (&str, String)) -> Value {
    json!({"name": name, "value": value})
}

/// A JWT of the right shape; nobody could verify its signature.
fn token() -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let issued = BEGIN / 1000;
    let claims = json!({"iss": "https://id.example.test", "aud": "api", "iat": issued, "exp": issued + TOKEN_LIFETIME, "scope": "orders"});
    format!("{}.{}.{}", part(json!({"alg": "RS256", "typ": "at+jwt"})), part(claims), "c2lnbmF0dXJl".repeat(28))
}

/// The capture lies within one day, so only the time of day ever changes.
fn time_of_day(clock: u64) -> String {
    let seconds = clock / 1000 % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn http_date(clock: u64) -> String {
    format!("Fri, 20 Nov 2026 {} GMT", time_of_day(clock))
}

fn timestamp(clock: u64) -> String {
    format!("2026-11-20T{}.{:03}Z", time_of_day(clock), clock % 1000)
}
