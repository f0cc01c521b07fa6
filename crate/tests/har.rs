//! HAR files of real browsers and tools, as they are.

#![cfg(test)]

#[path = "common/captures.rs"]
mod captures;
mod common;
#[path = "common/files.rs"]
mod files;

use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use why401::capture::har::Reader;
use why401::capture::{Capture, Engine, Error};
use why401::exchange::{Exchange, Kind, ServedBy};

fn read(file: &[u8]) -> Result<(Vec<Exchange>, Capture), Error> {
    let mut reader = Reader::default();
    let mut exchanges = Vec::new();
    for chunk in file.chunks(1000) {
        reader.feed(chunk, &mut exchanges);
    }
    let capture = reader.finish(&mut exchanges)?;
    Ok((exchanges, capture))
}

/// A capture of ours, one case of what an extension was handed out, as the HAR file it would make.
fn captured(browser: &str, case: &str) -> Option<Vec<Exchange>> {
    let file = common::shared_data(browser)?.join("har").join(format!("{case}.json"));
    let har = captures::capture_as_har(&fs::read(file).unwrap());
    Some(read(&har).unwrap_or_else(|error| panic!("{case}: {error}")).0)
}

fn entry(request: Value, response: Value) -> Value {
    json!({"startedDateTime": "2026-11-20T19:53:53.140Z", "time": 7.9, "request": request, "response": response})
}

fn har(entries: &[Value]) -> Vec<u8> {
    json!({"log": {"version": "1.2", "entries": entries}}).to_string().into_bytes()
}

fn one(entry: Value) -> Exchange {
    let (mut exchanges, _) = read(&har(&[entry])).unwrap();
    exchanges.remove(0)
}

#[test]
fn every_capture_of_ours_yields_its_exchanges() {
    for browser in ["chromium-156", "firefox-153"] {
        let Some(folder) = common::shared_data(browser) else { return };
        for file in files::files_under(&folder.join("har")) {
            let bytes = fs::read(&file).unwrap();
            let entries = serde_json::from_slice::<Value>(&bytes).unwrap()["entries"].as_array().map_or(0, Vec::len);
            let (exchanges, capture) =
                read(&captures::capture_as_har(&bytes)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            assert_eq!((exchanges.len(), capture.skipped.len()), (entries, 0), "{}", file.display());
            assert!(exchanges.iter().all(|exchange| exchange.started.0 > 1_795_000_000_000), "{}", file.display());
        }
    }
}

#[test]
fn every_published_har_yields_exchanges_or_a_clear_error() {
    for file in files::PUBLISHED.iter().filter_map(|folder| common::shared_data(folder)).flat_map(|folder| files::files_under(&folder)) {
        if file.extension().is_none_or(|extension| extension != "har") {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        // Strict reading tells what is there to be found.
        let text = String::from_utf8_lossy(&bytes);
        let strict: Option<Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
        let is_entry = |har: &Value| har["request"].is_object();
        let entries = strict.as_ref().and_then(|har| har["log"]["entries"].as_array().map(Vec::len).or_else(|| is_entry(har).then_some(1)));
        match (read(&bytes), entries) {
            (Ok((exchanges, capture)), Some(entries)) => {
                assert_eq!(exchanges.len() + capture.skipped.len(), entries, "{}", file.display());
                assert!(capture.damage.is_none(), "{}", file.display());
                println!("{}: {}, {} of {entries} {:?}", name(&file), capture.source.name, exchanges.len(), capture.not_observable);
                for skipped in capture.skipped {
                    println!("    {skipped:?}");
                }
            }
            (Ok((_, capture)), None) => assert!(capture.damage.is_some(), "{}", file.display()),
            (Err(error), _) => {
                println!("{}: {error}", name(&file));
                assert!(error.what.contains(';'), "says what to do: {error}");
            }
        }
    }
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn names_the_program_that_wrote_the_file() {
    let Some(mitmproxy) = common::shared_data("mitmproxy-har") else { return };
    let folder: PathBuf = mitmproxy.join("test/mitmproxy/data/har_files");
    for (file, source, engine) in [
        ("chrome.har", "Chrome 110 HAR", Engine::Chromium),
        ("firefox.har", "Firefox 111 HAR", Engine::Firefox),
        ("safari.har", "Safari 16 HAR", Engine::WebKit),
        ("charles.har", "Charles Proxy 4.6 HAR", Engine::Other),
        ("with-bom.har", "Chrome 114 HAR", Engine::Chromium),
    ] {
        let (_, capture) = read(&fs::read(folder.join(file)).unwrap()).unwrap();
        assert_eq!((capture.source.name.as_str(), capture.source.engine), (source, engine), "{file}");
    }
}

#[test]
fn chrome_marks_preflights_and_their_requests_that_were_never_sent() {
    let Some(exchanges) = captured("chromium-156", "cors-preflight-401") else { return };
    let told: Vec<_> = exchanges.iter().map(|e| (e.kind, e.status(), e.error.as_deref(), e.response.is_some())).collect();
    assert_eq!(told, [(Kind::Preflight, 401, None, true), (Kind::Fetch, 0, Some("net::ERR_FAILED"), false)]);
    assert!(exchanges[0].received("www-authenticate").is_some());
}

#[test]
fn firefox_preflights_are_told_by_their_field() {
    let Some(exchanges) = captured("firefox-153", "cors-preflight-401-with-authorization") else { return };
    assert_eq!(exchanges.iter().map(|e| e.kind).collect::<Vec<_>>(), [Kind::Preflight]);
}

#[test]
fn chrome_redirect_hops_may_lack_their_cookies() {
    let Some(exchanges) = captured("chromium-156", "login-form-post-secure-cookie-over-http-bounce") else { return };
    let told: Vec<_> = exchanges.iter().map(|e| (e.status(), e.unseen.set_cookies, e.unseen.cookies)).collect();
    assert_eq!(told, [(302, false, false), (302, true, true), (200, false, false)]);
    assert!(exchanges[0].request.body.as_ref().is_some_and(|body| body.text.contains("user")));
    assert!(exchanges[2].response_text().contains("<form"));
}

#[test]
fn http_2_has_no_sizes_and_is_seen_whole_all_the_same() {
    let Some(exchanges) = captured("chromium-156", "h2-https-401") else { return };
    assert!(exchanges.iter().all(|e| e.unseen == why401::exchange::Unseen::default()), "{exchanges:?}");
    assert!(exchanges.iter().all(|e| !e.request.fields.has(":authority")));
    assert_eq!(exchanges[0].response.as_ref().unwrap().fields.all("set-cookie").count(), 2);
    assert_eq!(exchanges[0].connection, exchanges[1].connection);
    assert!(exchanges[0].connection.is_some());
}

#[test]
fn opaque_responses_show_no_fields() {
    let Some(exchanges) = captured("chromium-156", "cors-no-cors-mode-opaque-401") else { return };
    let exchange = &exchanges[0];
    assert_eq!((exchange.status(), exchange.unseen.response_fields), (401, true));
}

#[test]
fn answers_that_never_crossed_the_network_are_marked() {
    for (browser, case, expected) in [
        ("chromium-156", "cache-disk-max-age", ServedBy::Cache),
        ("chromium-156", "service-worker-synthesized-401", ServedBy::ServiceWorker),
        ("chromium-156", "cache-304-etag", ServedBy::Network),
        ("firefox-153", "cache-maxage-second", ServedBy::Cache),
        ("firefox-153", "sw-synthetic-401", ServedBy::ServiceWorker),
        ("firefox-153", "cache-etag-304", ServedBy::Network),
    ] {
        let Some(exchanges) = captured(browser, case) else { return };
        assert_eq!(
            exchanges.last().map(|e| (e.served_by, e.unseen.response_fields)),
            Some((expected, expected != ServedBy::Network)),
            "{case}"
        );
    }
}

#[test]
fn the_error_page_of_the_browser_is_no_answer() {
    let Some(exchanges) = captured("chromium-156", "net-err-connection-refused-nav") else { return };
    assert_eq!(exchanges[0].error.as_deref(), Some("net::ERR_CONNECTION_REFUSED"));
    assert!(exchanges[0].response.is_none());
}

#[test]
fn content_is_kept_where_it_may_tell_something() {
    let content = |mime: &str, text: &str| json!({"size": 3, "mimeType": mime, "text": text});
    let ask = |url: &str, status: u16, mime: &str| {
        let response = json!({"status": status, "headers": [], "content": content(mime, "abc")});
        one(entry(json!({"method": "GET", "url": url, "headers": [{"name": "Host", "value": "a"}]}), response)).response_text().to_owned()
    };
    assert_eq!(ask("https://a.test/api", 401, "application/json; charset=utf-8"), "abc");
    assert_eq!(ask("https://a.test/api", 403, "text/html"), "abc");
    assert_eq!(ask("https://a.test/.well-known/openid-configuration", 200, "application/json"), "abc");
    assert_eq!(ask("https://a.test/oauth/token", 200, "application/json"), "abc");
    assert_eq!(ask("https://a.test/orders", 200, "application/json"), "");
    assert_eq!(ask("https://a.test/logo", 404, "image/png"), "");
    assert_eq!(ask("https://a.test/login.js", 200, "text/javascript"), "");
}

#[test]
fn content_in_base64_is_decoded_and_what_is_none_is_unseen() {
    let ask = |text: &str| {
        let content = json!({"size": 9, "mimeType": "application/json", "text": text, "encoding": "base64"});
        one(entry(json!({"method": "GET", "url": "https://a.test/"}), json!({"status": 401, "content": content})))
    };
    assert_eq!(ask("eyJhIjoxfQ==").response_text(), r#"{"a":1}"#);
    assert!(!ask("eyJhIjoxfQ==").unseen.response_body);
    assert!(ask("***").unseen.response_body);
}

#[test]
fn oddities_leave_an_exchange_readable() {
    let request = json!({"method": null, "url": "https://a.test/x", "headers": [null, {"name": "A", "value": 7}, {"value": "nameless"}], "headersSize": "-1"});
    let response =
        json!({"status": "401", "statusText": null, "headers": {"WWW-Authenticate": "Basic"}, "content": null, "redirectURL": null});
    let exchange = one(
        json!({"startedDateTime": 1_795_204_301_538_i64, "time": "12.5", "_initiator": "https://a.test/", "request": request, "response": response}),
    );
    assert_eq!((&*exchange.method, exchange.status(), exchange.duration, exchange.started.0), ("GET", 401, 12, 1_795_204_301_538));
    assert_eq!((exchange.sent("a"), exchange.received("www-authenticate")), (Some("7"), Some("Basic")));
    assert_eq!(exchange.initiator.as_deref(), Some("https://a.test/"));

    let unanswered = one(json!({"request": {"url": "https://a.test/"}, "response": null, "time": -1, "startedDateTime": "yesterday"}));
    assert_eq!((unanswered.status(), unanswered.duration), (0, 0));
    assert!(unanswered.unseen.cookies);
}

#[test]
fn forms_that_were_saved_as_a_list_become_text() {
    let post = json!({"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "user", "value": "ann b"}, {"name": "pw", "value": "ö"}]});
    let exchange = one(entry(json!({"method": "POST", "url": "https://a.test/login", "postData": post}), json!({"status": 200})));
    assert_eq!(exchange.request.body.map(|body| body.text), Some("user=ann+b&pw=%C3%B6".into()));
}

#[test]
fn contents_in_base64_are_unpacked_and_read_by_their_charset() {
    let text = |content: Value| {
        one(entry(json!({"url": "https://a.test/login"}), json!({"status": 401, "content": content}))).response_text().to_owned()
    };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, "{\"error\":\"größer\"}".as_bytes()).unwrap();
    let base64 = |bytes: &[u8]| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
    let content = |bytes: &[u8], media: &str| json!({"mimeType": media, "text": base64(bytes), "encoding": "base64"});
    assert_eq!(text(content(&packed.finish().unwrap(), "application/json")), "{\"error\":\"größer\"}");
    assert_eq!(text(content(b"Zugang gesperrt f\xfcr Sie", "text/html; charset=ISO-8859-1")), "Zugang gesperrt für Sie");
}

#[test]
fn forms_in_parts_are_kept() {
    let text = "--x\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\nann\r\n--x--\r\n";
    let posted = |post| one(entry(json!({"method": "POST", "url": "https://a.test/login", "postData": post}), json!({"status": 200})));
    let exchange = posted(json!({"mimeType": "multipart/form-data; boundary=x", "text": text}));
    assert_eq!(exchange.request.body.map(|body| body.text), Some(text.into()));
    let exchange = posted(json!({"mimeType": "multipart/form-data; boundary=x", "params": [{"name": "user", "value": "ann"}]}));
    assert_eq!(exchange.request.body.map(|body| body.text), Some("user=ann".into()));
    let exchange = posted(json!({"mimeType": "multipart/mixed; boundary=x", "text": "--x--"}));
    assert_eq!(exchange.request.body, None);
}

#[test]
fn an_unreadable_entry_is_named_and_the_others_are_read() {
    let file = br#"{"log": {"entries": [
        {"request": {"url": "https://a.test/1"}},
        {"response": {"status": 401}},
        {"request": {"url": "/relative"}},
        {"request": {"url": "https://a.test/?token=secret" "method": "GET"}},
        {"request": "https://a.test/?token=secret"},
        7,
        {"request": {"url": "https://a.test/2"}}
    ]}}"#;
    let (exchanges, capture) = read(file).unwrap();
    assert_eq!(exchanges.iter().map(|e| e.number).collect::<Vec<_>>(), [0, 6]);
    assert_eq!(capture.skipped.iter().map(|s| s.entry).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let why: Vec<_> = capture.skipped.iter().map(|s| s.why.as_str()).collect();
    assert!(why[0].starts_with("line 3: it has no request;"), "{why:?}");
    assert!(why[2].starts_with("line 5, column 60: this is not valid JSON;"), "{why:?}");
    assert!(!why.concat().contains("secret"), "{why:?}");
}

#[test]
fn a_file_that_breaks_off_is_read_up_to_there() {
    let whole =
        har(&[entry(json!({"url": "https://a.test/1"}), json!({"status": 200})), entry(json!({"url": "https://a.test/2"}), Value::Null)]);
    let cut = String::from_utf8_lossy(&whole).find("test/2").unwrap();
    let (exchanges, capture) = read(&whole[..cut]).unwrap();
    assert_eq!(exchanges.len(), 1);
    let damage = capture.damage.unwrap();
    assert!(damage.what.starts_with("the file breaks off inside entry 1;"), "{damage}");
    assert_eq!((damage.place.line, damage.place.column), (1, cut as u64 + 1));

    let error = read(&whole[..60]).unwrap_err();
    assert!(error.to_string().starts_with("line 1, column 61: the file breaks off inside entry 0; in the Network tab"), "{error}");
    // What other programs write has nothing to do with DevTools.
    for other in [r#"{"log": {"creator": {"name": "Charles Proxy"}, "entries": [{"a"#, r#"{"request": {"url": "https://a.test/"}, "a"#] {
        let error = read(other.as_bytes()).unwrap_err();
        assert!(error.what.ends_with("export or copy it again"), "{error}");
    }
}

#[test]
fn strings_that_serde_json_refuses_do_not_cost_the_entry() {
    let file = b"{\"log\": {\"entries\": [{\"request\": {\"url\": \"https://a.test/\"}, \"response\": {\"status\": 401, \"content\": \
        {\"mimeType\": \"text/plain\", \"text\": \"half \\ud83d \xe9 line\nend\"}}}]}}";
    let (exchanges, _) = read(file).unwrap();
    assert_eq!(exchanges[0].response_text(), "half \u{fffd} \u{fffd} line\nend");
}

/// The file that Chrome's DevTools would save of a capture: with the fields that they strike by
/// default, or without.
fn saved_by_chrome(case: &str, struck: &[&str]) -> Option<(Vec<Exchange>, Capture)> {
    let file = common::shared_data("chromium-156")?.join("har").join(format!("{case}.json"));
    let mut har: Value = serde_json::from_slice(&captures::capture_as_har(&fs::read(file).unwrap())).unwrap();
    har["log"]["creator"] = json!({"name": "WebInspector", "version": "537.36"});
    for entry in har["log"]["entries"].as_array_mut().unwrap() {
        for part in ["request", "response"] {
            let fields = entry[part]["headers"].as_array_mut().unwrap();
            fields.retain(|field| !struck.iter().any(|name| name.eq_ignore_ascii_case(field["name"].as_str().unwrap())));
            if !struck.is_empty() {
                entry[part]["cookies"] = json!([]);
            }
        }
    }
    Some(read(har.to_string().as_bytes()).unwrap())
}

const STRUCK: [&str; 3] = ["Cookie", "Set-Cookie", "Authorization"];

#[test]
fn a_sanitised_export_shows_no_absence() {
    for case in ["fetch-with-authorization-bearer-and-cookie", "h2-https-401"] {
        let Some((exchanges, capture)) = saved_by_chrome(case, &STRUCK) else { return };
        let all = exchanges.len();
        let told = ["cookies", "authorization"].map(|what| format!("{what} in {all} of {all} exchange{}", if all == 1 { "" } else { "s" }));
        assert_eq!((capture.source.name.as_str(), &capture.not_observable[..]), ("Chrome 156 HAR", &told[..]));
        assert!(exchanges.iter().all(|exchange| exchange.unseen.authorization && exchange.unseen.cookies), "{case}");
    }
}

#[test]
fn the_count_of_bytes_proves_that_nothing_was_struck() {
    let Some((exchanges, capture)) = saved_by_chrome("basic-fetch-credentials-omit", &STRUCK) else { return };
    assert_eq!(capture.not_observable, Vec::<String>::new());
    assert!(exchanges.iter().all(|exchange| exchange.unseen == why401::exchange::Unseen::default()), "{exchanges:?}");
    let Some((_, capture)) = saved_by_chrome("h2-https-401", &[]) else { return };
    assert_eq!(capture.not_observable, Vec::<String>::new());
}

#[test]
fn says_in_how_many_exchanges_something_is_hidden() {
    let unseen = |fields: Value, post: Value| {
        let hidden =
            entry(json!({"method": "POST", "url": "https://a.test/", "headers": fields, "postData": post}), json!({"status": 200}));
        read(&har(&[hidden, entry(json!({"url": "https://a.test/"}), json!({"status": 200}))])).unwrap().1.not_observable
    };
    let bearer = |token: &str| json!([{"name": "Authorization", "value": format!("Bearer {token}")}]);
    let told = |what: &str| what.to_owned() + ", hidden in 1 of 2 exchanges";
    assert!(unseen(bearer("***"), Value::Null).contains(&told("authorization")));
    assert!(unseen(bearer("eyJhbGciOiJub25lIn0.e30.[REDACTED]"), Value::Null).contains(&told("signatures of tokens")));
    for text in ["user=a&password=%5BREDACTED%5D", "{\"user\":\"a\",\"password\":\"***\"}"] {
        assert!(unseen(json!([]), json!({"text": text})).contains(&told("parameters")), "{text}");
        assert!(!unseen(json!([]), json!({"text": text.replace("***", "b").replace("%5BREDACTED%5D", "b")})).contains(&told("parameters")));
    }
}

#[test]
fn says_that_pages_are_missing_before_the_first() {
    let page = |referer: &str| {
        format!(
            r#"{{"log":{{"version":"1.2","creator":{{"name":"WebInspector","version":"537.36"}},"entries":[
            {{"startedDateTime":"2026-01-01T00:00:00Z","_resourceType":"document","request":{{"method":"GET","url":"https://app.test/home","headers":[{referer}]}},"response":{{"status":200,"headers":[],"content":{{"text":"x"}}}}}},
            {{"startedDateTime":"2026-01-01T00:00:01Z","_resourceType":"document","request":{{"method":"GET","url":"https://app.test/next","headers":[{{"name":"Referer","value":"https://app.test/home"}}]}},"response":{{"status":200,"headers":[],"content":{{"text":"x"}}}}}}]}}}}"#
        )
    };
    let unseen = |har: &str| read(har.as_bytes()).unwrap().1.not_observable;
    assert_eq!(unseen(&page(r#"{"name":"Referer","value":"https://app.test/login"}"#)), ["the pages before the first"]);
    assert_eq!(unseen(&page(r#"{"name":"Accept","value":"*/*"}"#)), Vec::<String>::new());
    assert_eq!(unseen(&page("")), ["header fields in 1 of 2 exchanges"]);
    let frame = r#"{"name":"Referer","value":"https://shop.test/"},{"name":"Sec-Fetch-Dest","value":"iframe"}"#;
    assert_eq!(unseen(&page(frame)), Vec::<String>::new());
}

#[test]
fn credentials_in_the_url_are_sent_unseen() {
    let Some(exchanges) = captured("chromium-156", "basic-nav-credentials-in-url") else { return };
    assert!(exchanges[0].unseen.authorization);
}

#[test]
fn fields_are_read_however_they_are_written() {
    let bearing =
        |headers: Value| one(entry(json!({"method": "GET", "url": "https://a.test/", "headers": headers}), json!({"status": 401})));
    for headers in [
        json!([{"name": "Authorization", "value": "Bearer a.b"}]),
        json!([{"name": "Authorization", "value": ["Bearer a.b"]}]),
        json!({"Authorization": ["Bearer a.b"]}),
        json!({"Authorization": "Bearer a.b"}),
        json!([["Authorization", "Bearer a.b"]]),
        json!(["Authorization: Bearer a.b"]),
        json!("Host: a.test\r\nAuthorization: Bearer a.b\r\n"),
    ] {
        assert_eq!(bearing(headers.clone()).sent("authorization"), Some("Bearer a.b"), "{headers}");
    }
}

#[test]
fn cookies_that_are_only_listed_were_sent() {
    let listed = json!([{"name": "sid", "value": "1"}, {"name": "lang", "value": "en"}]);
    let request = |headers: Value| json!({"method": "GET", "url": "https://a.test/", "headers": headers, "cookies": listed});
    assert_eq!(one(entry(request(json!([])), json!({"status": 200}))).sent("cookie"), Some("sid=1; lang=en"));
    let both = one(entry(request(json!([{"name": "Cookie", "value": "sid=1"}])), json!({"status": 200})));
    assert_eq!(both.request.fields.all("cookie").collect::<Vec<_>>(), ["sid=1"]);
}

#[test]
fn two_captures_in_one_file_are_both_read() {
    let of = |url: &str| har(&[entry(json!({"method": "GET", "url": url}), json!({"status": 200}))]);
    for (behind, place) in [("\n", None), ("\nend of file", Some(3))] {
        let joined = [of("https://a.test/1"), b"\n".to_vec(), of("https://a.test/2"), behind.into()].concat();
        let (exchanges, capture) = read(&joined).unwrap();
        assert_eq!(exchanges.iter().map(|exchange| exchange.url.path()).collect::<Vec<_>>(), ["/1", "/2"]);
        // What is no capture is told, not passed over.
        assert_eq!(capture.damage.map(|damage| damage.place.line), place);
    }
}

#[test]
fn of_members_that_stand_there_twice_the_last_counts() {
    let file = br#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://a.test/"}, "response": {"status": 200}, "response": {"status": 401}}]}}"#;
    assert_eq!(read(file).unwrap().0[0].status(), 401);
}

#[test]
fn an_unknown_time_is_unknown_and_keeps_the_order() {
    let at = |time: &str, path: &str, date: &str| {
        json!({"startedDateTime": time, "request": {"method": "GET", "url": format!("https://a.test{path}")},
            "response": {"status": 200, "headers": [{"name": "Date", "value": date}]}})
    };
    let file = har(&[at("", "/1", ""), at("yesterday", "/2", "Thu, 01 Jan 2026 00:00:00 GMT"), at("2026-01-01T00:00:05Z", "/3", "")]);
    let (exchanges, capture) = read(&file).unwrap();
    let told: Vec<_> = exchanges.iter().map(|exchange| (exchange.url.path(), exchange.unseen.moment)).collect();
    assert_eq!(told, [("/1", true), ("/2", true), ("/3", false)]);
    assert!(exchanges.is_sorted_by_key(|exchange| exchange.started));
    assert_eq!(exchanges[1].started.0, 1_767_225_600_000);
    assert_eq!(capture.not_observable, ["the time in 2 of 3 exchanges"]);
}

#[test]
fn a_hidden_value_and_an_unrecorded_answer_are_told_with_their_number() {
    let request = json!({"method": "GET", "url": "https://a.test/", "headers": [{"name": "Authorization", "value": "Bearer [REDACTED]"}]});
    let alone = json!({"startedDateTime": "2026-11-20T19:53:53.140Z", "request": {"method": "GET", "url": "https://a.test/"}});
    let (exchanges, capture) = read(&har(&[entry(request, json!({"status": 200})), alone])).unwrap();
    assert!(exchanges[0].unseen.authorization && exchanges[1].unseen.response);
    let told = ["authorization, hidden in 1 of 2 exchanges", "the answer, not recorded in 1 of 2 exchanges"];
    assert_eq!(capture.not_observable[..2], told);
}
