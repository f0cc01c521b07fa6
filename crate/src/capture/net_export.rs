//! What Chrome writes at `chrome://net-export` and with `--log-net-log`: events of its network stack, whose
//! kinds are numbers that each log explains itself.
//! <https://www.chromium.org/developers/design-documents/network-stack/netlog/>

mod asking;
mod hop;
mod verdicts;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::har::{Entries, Text};
use super::whole::{Read, Whole};
use super::{Capture, Format, beginning};
use crate::exchange::Exchange;
use crate::time::Time;
use asking::Asking;
use hop::Hop;

/// Whether a file begins with the constants that explain the log.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head).strip_prefix(b"{").unwrap_or_default().trim_ascii_start();
    text.strip_prefix(b"\"constants\"").is_some_and(|rest| rest.trim_ascii_start().starts_with(b":"))
}

/// A reader; every event has a time.
pub(super) fn reader(now: Time) -> Box<dyn Format> {
    Whole::boxed(NetExport { now })
}

struct NetExport {
    now: Time,
}

#[derive(Deserialize)]
struct Log<'a> {
    #[serde(borrow)]
    constants: Constants<'a>,
    #[serde(borrow, default)]
    events: Vec<Event<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Constants<'a> {
    #[serde(borrow)]
    log_event_types: BTreeMap<Cow<'a, str>, i64>,
    #[serde(borrow, default)]
    net_error: BTreeMap<Cow<'a, str>, i64>,
    #[serde(borrow, default)]
    load_flag: BTreeMap<Cow<'a, str>, i64>,
    #[serde(borrow, default)]
    time_tick_offset: Text<'a>,
    #[serde(borrow, default)]
    client_info: Client<'a>,
}

#[derive(Default, Deserialize)]
struct Client<'a> {
    #[serde(borrow, default)]
    version: Text<'a>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: i64,
    #[serde(default)]
    phase: u8,
    source: Origin,
    #[serde(borrow, default)]
    time: Text<'a>,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Origin {
    id: u64,
}

/// What is used of an event's parameters.
#[derive(Default, Deserialize)]
struct Params<'a> {
    #[serde(borrow, default)]
    url: Text<'a>,
    #[serde(borrow, default)]
    method: Text<'a>,
    #[serde(borrow, default)]
    request_type: Text<'a>,
    #[serde(borrow, default)]
    initiator: Text<'a>,
    #[serde(borrow, default)]
    headers: Vec<Text<'a>>,
    #[serde(borrow, default)]
    bytes: Text<'a>,
    net_error: Option<i64>,
    #[serde(default)]
    load_flags: i64,
    /// Of a cookie: "store", "send", "expire".
    #[serde(borrow, default)]
    operation: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    status: Text<'a>,
    /// What a script asked for, before it was a request over the network.
    #[serde(borrow, default)]
    request_headers: Asked<'a>,
    preflight_required: Option<bool>,
    source_dependency: Option<Origin>,
    #[serde(rename = "cors-error")]
    cors_error: Option<i64>,
    #[serde(borrow, default)]
    error: Text<'a>,
    #[serde(borrow, default, rename = "failed-parameter")]
    failed_parameter: Text<'a>,
}

#[derive(Default, Deserialize)]
struct Asked<'a> {
    #[serde(borrow, default)]
    line: Text<'a>,
    #[serde(borrow, default)]
    headers: Vec<Text<'a>>,
}

impl Params<'_> {
    /// The method or field that a preflight does not allow; an origin stands in the answer anyway.
    fn subject(&self) -> Box<str> {
        let is_token = |text: &&str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        Some(self.failed_parameter.as_ref()).filter(is_token).unwrap_or_default().into()
    }
}

/// The events that are used.
#[derive(Clone, Copy)]
enum Kind {
    Started,
    Sent,
    Received,
    Content,
    Redirected,
    Ended,
    Cookie,
    Asking,
    AskingRequired,
    AnsweredBefore,
    Preflight,
    PreflightFailed,
}

const KINDS: [(&str, Kind); 15] = [
    ("COOKIE_INCLUSION_STATUS", Kind::Cookie),
    ("CORS_REQUEST", Kind::Asking),
    ("CHECK_CORS_PREFLIGHT_REQUIRED", Kind::AskingRequired),
    ("CORS_PREFLIGHT_CACHED_RESULT", Kind::AnsweredBefore),
    ("CORS_PREFLIGHT_URL_REQUEST", Kind::Preflight),
    ("CORS_PREFLIGHT_ERROR", Kind::PreflightFailed),
    ("URL_REQUEST_START_JOB", Kind::Started),
    ("HTTP_TRANSACTION_SEND_REQUEST_HEADERS", Kind::Sent),
    ("HTTP_TRANSACTION_HTTP2_SEND_REQUEST_HEADERS", Kind::Sent),
    ("HTTP_TRANSACTION_QUIC_SEND_REQUEST_HEADERS", Kind::Sent),
    ("HTTP_TRANSACTION_READ_RESPONSE_HEADERS", Kind::Received),
    ("URL_REQUEST_FAKE_RESPONSE_HEADERS_CREATED", Kind::Received),
    ("URL_REQUEST_JOB_FILTERED_BYTES_READ", Kind::Content),
    ("URL_REQUEST_REDIRECTED", Kind::Redirected),
    ("REQUEST_ALIVE", Kind::Ended),
];

const END: u8 = 2;

impl Read for NetExport {
    const NAME: &'static str = "net-export log";

    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        let text = String::from_utf8_lossy(bytes);
        let cut;
        let (log, is_cut): (Log<'_>, bool) = match serde_json::from_str(&text) {
            Ok(log) => (log, false),
            // A browser that ends before the log does leaves it without its end.
            Err(error) => {
                let whole = text.rsplit_once("},\n").map(|(whole, _)| format!("{whole}}}]}}"));
                cut = whole.unwrap_or_default();
                let place = format!("line {}, column {}", error.line(), error.column());
                let log = serde_json::from_str(&cut).map_err(|_| {
                    format!("this net-export log cannot be read at {place}; stop logging at chrome://net-export, then save it again")
                })?;
                (log, true)
            }
        };
        let mut reader = Reader::of(&log, self.now);
        for event in &log.events {
            reader.take(event, exchanges);
        }
        let mut capture = reader.finish(&log, exchanges)?;
        if is_cut {
            let place = super::Position::START.after(text.as_bytes());
            let what = "the log breaks off; stop logging at chrome://net-export before the browser is closed".to_owned();
            capture.damage = Some(super::Error { place, what });
        }
        Ok(capture)
    }
}

struct Reader<'a> {
    kinds: BTreeMap<i64, Kind>,
    errors: BTreeMap<i64, &'a str>,
    /// From the ticks of the log to milliseconds since 1970.
    offset: i64,
    /// The flag of requests that take no cookies from their answers.
    saves_none: i64,
    asking: Asking,
    entries: Entries,
    under_way: BTreeMap<u64, Hop>,
    /// Requests that are over, by when they began.
    done: Vec<Hop>,
}

impl<'a> Reader<'a> {
    fn of(log: &'a Log<'_>, now: Time) -> Self {
        let known = KINDS.iter().filter_map(|(name, kind)| Some((*log.constants.log_event_types.get(*name)?, *kind)));
        Self {
            kinds: known.collect(),
            errors: log.constants.net_error.iter().map(|(name, number)| (*number, &**name)).collect(),
            offset: log.constants.time_tick_offset.as_ref().parse().unwrap_or_default(),
            saves_none: log.constants.load_flag.get("DO_NOT_SAVE_COOKIES").copied().unwrap_or_default(),
            asking: Asking::default(),
            entries: Entries::starting(now),
            under_way: BTreeMap::new(),
            done: Vec::new(),
        }
    }

    fn take(&mut self, event: &Event<'_>, _: &mut [Exchange]) {
        let Some(kind) = self.kinds.get(&event.kind).copied() else { return };
        let id = event.source.id;
        let at = event.time.as_ref().parse::<i64>().unwrap_or_default().saturating_add(self.offset);
        let params = || event.params.and_then(|params| serde_json::from_str::<Params<'_>>(params.get()).ok()).unwrap_or_default();
        match kind {
            Kind::Started if event.phase != END => {
                let params = params();
                self.close(id, at);
                self.asking.preflight(id, &params);
                if let Some(hop) = Hop::starting(&params, at, self.asking.said(id), params.load_flags & self.saves_none != 0) {
                    self.under_way.insert(id, hop);
                }
            }
            Kind::Started | Kind::Ended if event.phase == END => {
                let error = params().net_error.filter(|error| *error < 0);
                let name = error.and_then(|error| self.errors.get(&error).map(|name| format!("net::{name}")));
                if let Some(hop) = self.under_way.get_mut(&id) {
                    hop.fail(name);
                }
                if matches!(kind, Kind::Ended) {
                    self.close(id, at);
                }
            }
            Kind::Sent => {
                let Some(hop) = self.under_way.get_mut(&id) else { return };
                // The same request again, with what the server asked for.
                let again = hop.is_answered().then(|| hop.again(at));
                if let Some(again) = again {
                    self.close(id, at);
                    self.under_way.insert(id, again);
                }
                if let Some(hop) = self.under_way.get_mut(&id) {
                    hop.send(&params().headers);
                }
            }
            Kind::Received => {
                if let Some(hop) = self.under_way.get_mut(&id) {
                    hop.receive(&params().headers);
                }
            }
            Kind::Content => {
                if let Some(hop) = self.under_way.get_mut(&id) {
                    hop.content(params().bytes.as_ref());
                }
            }
            Kind::Redirected => self.close(id, at),
            Kind::Cookie => {
                let params = params();
                if let Some(hop) = self.under_way.get_mut(&id) {
                    hop.cookie(params.operation.as_ref(), params.name.as_ref(), verdicts::told(params.status.as_ref()));
                }
            }
            Kind::Asking if event.phase == END => self.asking.end(id),
            Kind::Asking => self.asking.begin(id, &params()),
            Kind::AskingRequired => self.asking.required(id, params().preflight_required),
            Kind::AnsweredBefore => self.asking.remembered(id),
            Kind::Preflight => self.asking.asks(id, params().source_dependency.map(|preflight| preflight.id)),
            Kind::PreflightFailed => {
                self.close(id, at);
                self.done.extend(self.asking.refused(id, &params(), at));
            }
            Kind::Started | Kind::Ended => {}
        }
    }

    fn close(&mut self, id: u64, at: i64) {
        if let Some(mut hop) = self.under_way.remove(&id) {
            hop.end(at);
            self.done.push(hop);
        }
    }

    fn finish(mut self, log: &Log<'_>, exchanges: &mut Vec<Exchange>) -> Result<Capture, String> {
        self.done.extend(std::mem::take(&mut self.under_way).into_values());
        self.done.sort_by_key(Hop::started);
        for hop in &self.done {
            let number = exchanges.len();
            self.entries.take(&format!("request {}", number + 1), &hop.entry(), exchanges);
            if let Some(exchange) = exchanges.get_mut(number) {
                hop.tell(exchange);
            }
        }
        if exchanges.is_empty() {
            return Err("this net-export log holds no request of a page; start logging at chrome://net-export before the login".to_owned());
        }
        let version = log.constants.client_info.version.as_ref().split('.').next().unwrap_or_default();
        let mut capture = self.entries.finish(format!("Chrome {version} net-export").replace("  ", " ").trim(), exchanges);
        capture.not_observable.extend(verdicts::of_hidden(exchanges));
        Ok(capture)
    }
}

#[cfg(test)]
mod tests {
    use crate::blocked::BlockedReason;
    use crate::capture::read;
    use crate::exchange::{CrossOrigin, Held, Kind, Told};
    use crate::time::Time;

    /// Logged by Chromium 156 of a login on loopback, with secrets and without; other events were taken out.
    const LOGIN: &str = include_str!("net_export/login.json");
    const STRIPPED: &str = include_str!("net_export/stripped.json");

    #[test]
    fn puts_requests_together_from_their_events() {
        let (exchanges, capture) = read(LOGIN.as_bytes(), Time::default()).unwrap();
        assert_eq!(capture.source.name, "Chrome 156 net-export");
        let at = |path: &str| exchanges.iter().find(|exchange| exchange.url.path() == path && exchange.kind != Kind::Image).unwrap();
        let login = exchanges.iter().find(|exchange| &*exchange.method == "POST").unwrap();
        assert_eq!((login.status(), login.received("set-cookie")), (303, Some("sid=s3cr3t-of-a-test; Path=/; HttpOnly")));
        assert_eq!((at("/home").kind, at("/home").sent("cookie")), (Kind::Document, Some("sid=s3cr3t-of-a-test")));
        let api = at("/api/me");
        assert_eq!((api.kind, api.status(), api.sent("authorization")), (Kind::Fetch, 401, Some("Bearer opaque-token-of-a-test")));
        assert!(api.received("www-authenticate").is_some() && !api.unseen.cookies && api.unseen.response_body);
        assert!(api.started > login.started && login.started > Time::from_rfc3339("2026-11-29T10:37:31Z").unwrap());
    }

    #[test]
    fn names_what_failed_and_leaves_out_what_the_browser_asks_for_itself() {
        let (exchanges, _) = read(LOGIN.as_bytes(), Time::default()).unwrap();
        let failed = exchanges.iter().find(|exchange| exchange.url.port() == Some(1)).unwrap();
        assert_eq!((failed.status(), failed.error.as_deref()), (0, Some("net::ERR_UNSAFE_PORT")));
        assert!(exchanges.iter().all(|exchange| exchange.url.host_str() == Some("127.0.0.1")));
    }

    #[test]
    fn knows_what_was_stripped() {
        let (exchanges, capture) = read(STRIPPED.as_bytes(), Time::default()).unwrap();
        let api = exchanges.iter().find(|exchange| exchange.url.path() == "/api/me").unwrap();
        assert!(api.unseen.authorization);
        assert!(capture.not_observable.iter().any(|part| part.starts_with("cookies, hidden in")), "{:?}", capture.not_observable);
    }

    /// Logged by Chromium 156 with third-party cookies blocked: a login over http whose answer sets cookies of every kind,
    /// then one of another site's API, asked for by scripts. With secrets, and as the log is by default.
    const VERDICTS: &str = include_str!("net_export/verdicts.json");
    const HIDDEN: &str = include_str!("net_export/verdicts_stripped.json");

    fn refused(reasons: &[BlockedReason]) -> Told {
        Told::Refused(reasons.iter().copied().collect())
    }

    #[test]
    fn what_chrome_says_of_each_cookie_is_told_with_and_without_names() {
        for log in [VERDICTS, HIDDEN] {
            let (exchanges, _) = read(log.as_bytes(), Time::default()).unwrap();
            let no = |reason| refused(&[reason]);
            assert_eq!(
                *exchanges[1].told,
                [
                    no(BlockedReason::SecureOnly),
                    Told::Kept,
                    no(BlockedReason::InvalidDomain),
                    no(BlockedReason::InvalidPrefix),
                    no(BlockedReason::SameSiteNoneInsecure),
                    Told::Kept,
                    Told::Kept
                ]
            );
            assert_eq!(*exchanges[7].told, [no(BlockedReason::UserPreferences)]);
            assert_eq!(*exchanges[10].told, [no(BlockedReason::CredentialsOmitted)], "asked for without credentials");
        }
        let hidden = read(HIDDEN.as_bytes(), Time::default()).unwrap().1.not_observable;
        assert!(
            hidden.iter().any(|part| part.starts_with("which cookies the browser refused") && part.contains("SecureOnly")),
            "{hidden:?}"
        );
    }

    #[test]
    fn a_request_is_not_made_once_and_its_error_is_a_name() {
        let log = VERDICTS.replace("ERR_FAILED", "ERR_FAILED\\n# x");
        let count = |log: &str| read(log.as_bytes(), Time::default()).unwrap().0.len();
        let event = VERDICTS.lines().find(|line| line.contains("\"cors-error\"")).unwrap();
        let again = VERDICTS.replacen(event, &format!("{event}\n{event}"), 1);
        assert_eq!(count(&again), count(VERDICTS));
        let (exchanges, _) = read(log.as_bytes(), Time::default()).unwrap();
        assert!(exchanges.iter().filter_map(|exchange| exchange.error.as_deref()).all(|error| !error.contains('\n')));
    }

    #[test]
    fn what_chrome_says_of_other_origins_is_told() {
        let (exchanges, _) = read(VERDICTS.as_bytes(), Time::default()).unwrap();
        let cors = |at: usize| exchanges[at].said.as_ref().and_then(|said| said.cors.as_ref()).map(CrossOrigin::words);
        let all: Vec<Option<String>> = (6..13).map(cors).collect();
        let no = Some("no-preflight".to_owned());
        let refused = Some("refused PreflightMissingAllowOriginHeader".to_owned());
        assert_eq!(all, [None, None, no.clone(), Some("answered-before".to_owned()), no, None, refused]);
        let never_made = &exchanges[12];
        assert_eq!((never_made.error.as_deref(), &*never_made.method, never_made.kind), (Some("net::ERR_FAILED"), "GET", Kind::Fetch));
        assert_eq!(never_made.sent("authorization"), Some("Bearer of-a-test"));
        let held: Vec<String> = exchanges[7].said.as_ref().unwrap().held.iter().map(Held::words).collect();
        assert_eq!(held, ["lax SameSiteLax,UserPreferences", "plain SameSiteUnspecifiedTreatedAsLax,UserPreferences"]);
    }

    #[test]
    fn reads_a_log_without_its_end() {
        let cut = LOGIN.get(..LOGIN.len() * 3 / 4).unwrap();
        let (exchanges, capture) = read(cut.as_bytes(), Time::default()).unwrap();
        assert!(!exchanges.is_empty());
        assert!(capture.damage.unwrap().what.contains("breaks off"));
        assert!(read(b"{\"constants\":{}}", Time::default()).unwrap_err().contains("net-export"));
    }
}
