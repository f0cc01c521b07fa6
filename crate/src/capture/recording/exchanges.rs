//! Records become exchanges: each hop of a redirect, and each attempt that a browser's dialog asked for, is one.

use std::collections::HashMap;

use url::Url;

use super::record::{Content, Field, Record};
use crate::capture::Engine;
use crate::exchange::{Body, Exchange, Kind, Request, Response, ServedBy, Unseen, Version};
use crate::fields::Fields;
use crate::limits;
use crate::time::Time;

/// Requests that are under way.
#[derive(Default)]
pub struct Exchanges {
    engine: Engine,
    open: HashMap<Box<str>, Open>,
    taken: u32,
}

struct Open {
    exchange: Exchange,
    /// The scheme and the field of the credentials that a dialog was asked for since.
    asked: Option<(Box<str>, &'static str)>,
    /// Whether the response that came last has been handed out.
    is_out: bool,
}

impl Exchanges {
    /// None yet, of a browser of that kind.
    #[must_use]
    pub fn of(engine: Engine) -> Self {
        Self { engine, ..Self::default() }
    }

    /// Takes the next record and appends the exchanges that it completes.
    pub fn take(&mut self, record: &Record<'_>, done: &mut Vec<Exchange>) {
        // The recorder may have been ended while it held the beginning: then a later event tells it again.
        if !record.url.is_empty() && (record.event == "onBeforeRequest" || !self.open.contains_key(&*record.request)) {
            self.begin(record, done);
        }
        match &*record.event {
            "onSendHeaders" => {
                if let Some(open) = self.open.get_mut(&*record.request) {
                    open.exchange.request.fields = fields(record.fields.as_deref().unwrap_or_default());
                    note_preflight(&mut open.exchange);
                }
            }
            "onHeadersReceived" => {
                if let Some(open) = self.open.get_mut(&*record.request) {
                    if open.asked.is_some() && open.is_out {
                        open.again(record);
                    }
                    open.exchange.response = response(record);
                    open.exchange.version = version(self.engine, record);
                    open.is_out = false;
                }
            }
            "onAuthRequired" => self.ask(record, done),
            "body" => {
                let body = record.content.as_ref().and_then(body);
                if let Some(response) = self.open.get_mut(&*record.request).and_then(|open| open.exchange.response.as_mut()) {
                    response.body = body;
                }
            }
            "onBeforeRedirect" => {
                // A request that a service worker takes over redirects to itself, before any answer.
                if let Some(mut open) = self.open.remove(&*record.request).filter(|_| record.status.is_some_and(|status| status > 0)) {
                    open.exchange.response = open.exchange.response.filter(|_| !open.is_out).or_else(|| response(record));
                    if let Some(response) = &mut open.exchange.response {
                        response.redirect_url = record.to.as_deref().map(Into::into);
                    }
                    self.end(open.exchange, record, done);
                }
            }
            "onCompleted" | "onErrorOccurred" => {
                let Some(mut open) = self.open.remove(&*record.request) else { return };
                open.exchange.error = record.error.as_deref().map(Into::into);
                let told = open.exchange.response.as_ref().map(|response| response.status);
                // Where a dialog is cancelled the page gets the answer that asked for it.
                if open.is_out && (record.status.is_none() || record.status == told) {
                    return;
                }
                // Credentials of the URL are sent without asking: what came before them is told first.
                let is_other = !record.cached && record.status.is_some() && told.is_some() && record.status != told;
                if is_other && !open.is_out {
                    self.end(open.exchange.clone(), record, done);
                }
                if open.is_out || is_other {
                    open.again(record);
                    open.exchange.response = response(record);
                } else if told.is_none() {
                    // Of what no login needs only the end is recorded.
                    open.exchange.response = response(record);
                    open.exchange.version = version(self.engine, record);
                }
                self.end(open.exchange, record, done);
            }
            _ => {}
        }
    }

    /// Appends the requests that never came to an end.
    pub fn finish(&mut self, done: &mut Vec<Exchange>) {
        let mut rest: Vec<Open> = std::mem::take(&mut self.open).into_values().filter(|open| !open.is_out).collect();
        rest.sort_by_key(|open| open.exchange.number);
        for open in rest {
            self.append(open.exchange, done);
        }
    }

    fn begin(&mut self, record: &Record<'_>, done: &mut Vec<Exchange>) {
        let Ok(url) = Url::parse(&record.url) else { return };
        let initiator = record.document.as_deref().or(record.initiator.as_deref()).filter(|name| *name != "null");
        let exchange = Exchange {
            number: self.taken,
            started: moment(record.at),
            duration: 0,
            method: record.method.as_ref().into(),
            url,
            kind: Kind::from_name(&record.kind),
            request: Request { fields: Fields::default(), body: record.content.as_ref().and_then(body) },
            response: None,
            error: None,
            served_by: ServedBy::Network,
            initiator: initiator.map(Into::into),
            server_address: None,
            connection: None,
            version: Version::default(),
            told: Box::default(),
            said: None,
            unseen: Unseen::default(),
        };
        self.taken = self.taken.saturating_add(1);
        if self.open.len() == limits::REQUESTS_UNDER_WAY {
            self.finish(done);
        }
        // Firefox begins a request anew when a dialog was answered.
        let before = self.open.insert(record.request.as_ref().into(), Open { exchange, asked: None, is_out: false });
        if let Some(before) = before {
            if let Some(open) = self.open.get_mut(&*record.request) {
                open.asked.clone_from(&before.asked);
            }
            if !before.is_out && before.exchange.response.is_some() {
                self.end(before.exchange, record, done);
            }
        }
    }

    /// The browser asks its user for a password: the answer that made it ask is an exchange of its own.
    fn ask(&mut self, record: &Record<'_>, done: &mut Vec<Exchange>) {
        let Some(open) = self.open.get_mut(&*record.request) else { return };
        // Firefox asks once for each scheme of one answer; Chrome tells of an answer to a password only by asking again.
        if open.is_out && self.engine == Engine::Firefox {
            return;
        }
        if open.is_out {
            open.again(record);
        }
        if open.exchange.response.is_none() || open.is_out {
            open.exchange.response = response(record);
        }
        let scheme = record.scheme.as_deref().unwrap_or("basic");
        open.asked = Some((scheme.into(), if record.proxy { "proxy-authorization" } else { "authorization" }));
        open.is_out = true;
        let exchange = open.exchange.clone();
        self.end(exchange, record, done);
    }

    fn end(&self, mut exchange: Exchange, record: &Record<'_>, done: &mut Vec<Exchange>) {
        exchange.duration = u32::try_from(moment(record.at).since(exchange.started)).unwrap_or_default();
        exchange.server_address = record.ip.as_deref().map(Into::into);
        if record.cached {
            exchange.served_by = ServedBy::Cache;
        }
        self.append(exchange, done);
    }

    fn append(&self, mut exchange: Exchange, done: &mut Vec<Exchange>) {
        let response = exchange.response.as_ref();
        let wants_body = response.is_some_and(|response| !matches!(response.status, 101 | 204 | 300..=399)) && !exchange.kind.is_asset();
        exchange.unseen = Unseen {
            // What Chrome adds from its own store of passwords it tells nobody here.
            authorization: self.engine != Engine::Firefox && exchange.sent("authorization").is_none(),
            response_body: wants_body && response.is_some_and(|response| response.body.is_none()),
            response_fields: response.is_some_and(|response| response.fields.is_empty()),
            set_cookies: response.is_some_and(|response| response.fields.is_empty()),
            cookies: exchange.request.fields.is_empty(),
            response: false,
            moment: false,
        };
        done.push(exchange);
    }
}

impl Open {
    /// The next attempt of the same request, with the credentials that the dialog gave. The browser shows
    /// only that it sent some.
    fn again(&mut self, record: &Record<'_>) {
        self.exchange.started = moment(record.at);
        self.exchange.response = None;
        if let Some((scheme, field)) = self.asked.take() {
            let credentials = format!("{scheme} [hidden by the browser]");
            let sent: Fields =
                self.exchange.request.fields.iter().filter(|(name, _)| *name != field).chain([(field, &*credentials)]).collect();
            self.exchange.request.fields = sent;
        }
        self.is_out = false;
    }
}

fn note_preflight(exchange: &mut Exchange) {
    if &*exchange.method == "OPTIONS" && exchange.sent("access-control-request-method").is_some() {
        exchange.kind = Kind::Preflight;
    }
}

/// Chrome writes HTTP/1.1 whatever it was.
fn version(engine: Engine, record: &Record<'_>) -> Version {
    let version = Version::from_name(record.line.split(' ').next().unwrap_or_default());
    if engine == Engine::Firefox || version.shares_connections() { version } else { Version::Unknown }
}

fn response(record: &Record<'_>) -> Option<Response> {
    let status = record.status.filter(|status| (100..1000).contains(status))?;
    let status_text = record.line.splitn(3, ' ').nth(2).unwrap_or_default();
    Some(Response {
        status,
        status_text: status_text.into(),
        fields: fields(record.fields.as_deref().unwrap_or_default()),
        redirect_url: None,
        body: None,
    })
}

/// Firefox joins repeated fields by line ends.
fn fields(pairs: &[Field<'_>]) -> Fields {
    pairs.iter().flat_map(|Field(name, value)| value.as_deref().unwrap_or_default().split('\n').map(move |line| (&**name, line))).collect()
}

fn body(content: &Content<'_>) -> Option<Body> {
    if let Some(form) = &content.form {
        let text: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        return Some(Body::from(&*text));
    }
    content.text.as_deref().filter(|text| !text.is_empty()).map(Body::from)
}

fn moment(milliseconds: f64) -> Time {
    Time(milliseconds as i64)
}

#[cfg(test)]
mod tests {
    use crate::capture::read;
    use crate::exchange::{Exchange, Kind};
    use crate::time::Time;

    fn exchanges(browser: &str, lines: &[&str]) -> Vec<Exchange> {
        let start = format!(r#"{{"type":"start","at":1,"browser":"{browser}"}}"#);
        let text = [&start].into_iter().map(String::as_str).chain(lines.iter().copied()).collect::<Vec<_>>().join("\n");
        read(text.as_bytes(), Time::default()).unwrap().0
    }

    const BEGIN: &str =
        r#"{"type":"onBeforeRequest","at":1000.5,"request":"7","tab":1,"method":"GET","url":"https://a.test/","kind":"main_frame"}"#;

    #[test]
    fn each_hop_of_a_redirect_is_an_exchange() {
        let read = exchanges(
            "chrome",
            &[
                BEGIN,
                r#"{"type":"onSendHeaders","at":1001,"request":"7","fields":[["Cookie","a=1"]]}"#,
                r#"{"type":"onHeadersReceived","at":1009,"request":"7","status":302,"line":"HTTP/1.1 302 Found","fields":[["Location","/login"],["Set-Cookie","b=2"],["Set-Cookie","c=3"]]}"#,
                r#"{"type":"onBeforeRedirect","at":1010,"request":"7","status":302,"to":"https://a.test/login"}"#,
                r#"{"type":"onBeforeRequest","at":1011,"request":"7","tab":1,"method":"GET","url":"https://a.test/login","kind":"main_frame"}"#,
                r#"{"type":"onHeadersReceived","at":1019,"request":"7","status":200,"line":"HTTP/1.1 200 OK","fields":[]}"#,
                r#"{"type":"onCompleted","at":1020,"request":"7","status":200}"#,
            ],
        );
        let statuses: Vec<u16> = read.iter().map(Exchange::status).collect();
        assert_eq!(statuses, [302, 200]);
        assert_eq!(read[0].sent("cookie"), Some("a=1"));
        assert_eq!(read[0].redirect_target().unwrap().as_str(), "https://a.test/login");
        assert_eq!((read[0].started, read[0].duration, read[0].kind), (Time(1000), 10, Kind::Document));
    }

    #[test]
    fn firefox_joins_fields_that_came_apart() {
        let read = exchanges(
            "firefox",
            &[
                BEGIN,
                r#"{"type":"onHeadersReceived","at":1009,"request":"7","status":401,"line":"HTTP/1.1 401 Unauthorized","fields":[["WWW-Authenticate","Negotiate\nBasic realm=\"a\""]]}"#,
                r#"{"type":"onCompleted","at":1010,"request":"7","status":401}"#,
            ],
        );
        let challenges: Vec<&str> = read[0]
            .response
            .as_ref()
            .unwrap()
            .fields
            .iter()
            .filter(|(name, _)| *name == "www-authenticate")
            .map(|(_, value)| value)
            .collect();
        assert_eq!(challenges, ["Negotiate", "Basic realm=\"a\""]);
    }

    #[test]
    fn a_request_whose_beginning_is_lost_is_there_with_what_came_after() {
        let read = exchanges(
            "chrome",
            &[
                r#"{"type":"onHeadersReceived","at":1009,"request":"7","method":"POST","url":"https://a.test/login","kind":"xmlhttprequest","status":401,"fields":[["WWW-Authenticate","Bearer"]]}"#,
                r#"{"type":"onCompleted","at":1010,"request":"7","status":401}"#,
            ],
        );
        assert_eq!((read.len(), read[0].status(), read[0].received("www-authenticate")), (1, 401, Some("Bearer")));
        assert!(read[0].unseen.cookies && read[0].unseen.authorization);
    }

    #[test]
    fn an_image_of_which_only_the_end_is_recorded_is_there_with_what_its_response_set() {
        const END: &str = r#"{"type":"onCompleted","at":1010,"request":"7","method":"GET","url":"https://a.test/pixel","kind":"image","status":200,"line":"HTTP/1.1 200 OK","fields":[["Set-Cookie","sid=2"]],"ip":"192.0.2.1"}"#;
        const HOP: &str = r#"{"type":"onBeforeRedirect","at":1005,"request":"7","method":"GET","url":"https://a.test/old","kind":"image","status":302,"line":"HTTP/1.1 302 Found","fields":[["Location","/pixel"]],"to":"https://a.test/pixel"}"#;
        let read = exchanges("chrome", &[HOP, END]);
        let told: Vec<_> = read.iter().map(|exchange| (exchange.url.path(), exchange.status(), exchange.received("set-cookie"))).collect();
        assert_eq!(told, [("/old", 302, None), ("/pixel", 200, Some("sid=2"))]);
        assert!(read[1].unseen.cookies && !read[1].unseen.set_cookies && read[1].kind == Kind::Image);
    }

    /// As Chromium 156 tells it: a fetch that asks twice, and is answered by cancelling.
    #[test]
    fn each_attempt_at_a_dialog_is_an_exchange_and_cancelling_is_none() {
        const ASKED: &str = r#"{"type":"onAuthRequired","at":1100,"request":"7","status":401,"line":"HTTP/1.1 401 Unauthorized","fields":[["WWW-Authenticate","Basic realm=\"a\""]],"scheme":"basic"}"#;
        let received = ASKED.replace("onAuthRequired", "onHeadersReceived");
        let read = exchanges(
            "chrome",
            &[BEGIN, &received, ASKED, &ASKED.replace("1100", "4100"), r#"{"type":"onCompleted","at":5000,"request":"7","status":401}"#],
        );
        assert_eq!(read.iter().map(Exchange::status).collect::<Vec<_>>(), [401, 401]);
        assert_eq!(read[0].sent("authorization"), None);
        assert!(read[1].sent("authorization").unwrap().starts_with("basic ["));
        let succeeded = exchanges(
            "chrome",
            &[
                BEGIN,
                &received,
                ASKED,
                r#"{"type":"onCompleted","at":5000,"request":"7","status":200,"line":"HTTP/1.1 200 OK","fields":[]}"#,
            ],
        );
        assert_eq!(succeeded.iter().map(Exchange::status).collect::<Vec<_>>(), [401, 200]);
    }

    /// As Firefox 153 tells it: one answer with two schemes asks twice, and an answered dialog begins anew.
    #[test]
    fn firefox_asks_for_each_scheme_of_one_answer() {
        const RECEIVED: &str = r#"{"type":"onHeadersReceived","at":1009,"request":"7","status":401,"fields":[]}"#;
        let asked =
            |scheme: &str| format!(r#"{{"type":"onAuthRequired","at":1010,"request":"7","status":401,"fields":[],"scheme":"{scheme}"}}"#);
        let read = exchanges(
            "firefox",
            &[
                BEGIN,
                RECEIVED,
                &asked("ntlm"),
                &asked("basic"),
                BEGIN,
                RECEIVED,
                r#"{"type":"onCompleted","at":5000,"request":"7","status":401}"#,
            ],
        );
        assert_eq!(read.iter().map(Exchange::status).collect::<Vec<_>>(), [401, 401]);
    }

    #[test]
    fn a_request_that_hangs_and_one_that_fails_are_there() {
        let read = exchanges(
            "chrome",
            &[
                BEGIN,
                &BEGIN.replace("\"7\"", "\"8\""),
                r#"{"type":"onErrorOccurred","at":1500,"request":"8","error":"net::ERR_CONNECTION_REFUSED"}"#,
            ],
        );
        assert_eq!(read.iter().map(|exchange| exchange.error.as_deref()).collect::<Vec<_>>(), [None, Some("net::ERR_CONNECTION_REFUSED")]);
    }
}
