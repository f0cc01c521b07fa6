//! Exchange notation: the one language for sessions in docs, tests, cases and bug reports.
//!
//! ```text
//! # A comment.
//! > GET https://api.example.test/me
//! > Authorization: Bearer {jwt exp=-120 aud=api}
//! < 401 Unauthorized
//! < Date: {date}
//! < WWW-Authenticate: Bearer error="invalid_token"
//! <
//! < {"message": "token expired"}
//!
//! @ 300s
//! ~ kind fetch
//! > GET https://api.example.test/me
//! < ! net::ERR_CONNECTION_REFUSED
//! ```
//!
//! `CONTRIBUTING.md` describes every line and generator. Time begins at [`BEGINNING`]; each exchange
//! starts one second after the one before it and takes 50 ms.

mod generate;

use url::Url;

use super::{Capture, Engine, Error, Format, Position, Source, beginning, is_binary};
use crate::exchange::{Body, CrossOrigin, Exchange, Held, Kind, Request, Response, ServedBy, Told, Version};
use crate::limits::NOTATION;
use crate::time::Time;

/// When a session in notation begins, unless an `@` line says otherwise: 2026-01-01 00:00:00 UTC.
pub const BEGINNING: Time = Time(1_767_225_600_000);

/// Whether a file begins with one of the marks of a line.
pub(super) fn recognises(head: &[u8]) -> bool {
    let text = beginning(head);
    matches!(text, [b'>' | b'#' | b'@' | b'~', ..]) && !is_binary(text)
}

/// Whether the first request of a text is written as notation has it: with its whole address, and without a version of HTTP. Its
/// contents may look like anything.
pub(super) fn begins_with_request(text: &str) -> bool {
    let mut marked = text.lines().filter_map(|line| line.strip_prefix('>'));
    let first = marked.next().and_then(|line| line.trim().split_once(' '));
    first.is_some_and(|(method, target)| {
        method.bytes().all(|byte| byte.is_ascii_uppercase()) && !target.contains(' ') && target.contains("://")
    })
}

/// A reader; what is written down has a time of its own.
pub(super) fn reader(_: Time) -> Box<dyn Format> {
    Box::new(Text::default())
}

/// The text so far: it is short, so it is read at its end.
#[derive(Default)]
struct Text(Vec<u8>);

impl Format for Text {
    fn feed(&mut self, bytes: &[u8], _: &mut Vec<Exchange>) -> bool {
        self.0.extend_from_slice(bytes);
        self.0.len() <= NOTATION
    }

    fn finish(self: Box<Self>, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error> {
        if self.0.len() > NOTATION {
            let what = format!("this exchange notation is larger than {} MB; cut it down to the login", NOTATION >> 20);
            return Err(Error { place: Position::START, what });
        }
        let text = std::str::from_utf8(&self.0).map_err(|error| {
            let place = Position::START.after(self.0.get(..error.valid_up_to()).unwrap_or_default());
            Error { place, what: "this is not UTF-8; save the file as UTF-8".to_owned() }
        })?;
        *exchanges = parse(text.trim_start_matches('\u{feff}'))?;
        let agent = exchanges.iter().find_map(|exchange| exchange.sent("user-agent")).unwrap_or_default();
        let source = Source { name: "exchange notation".to_owned(), engine: Engine::of_agent(agent) };
        Ok(Capture { source, not_observable: Vec::new(), skipped: Vec::new(), damage: None, first_reading: None })
    }
}

fn at_line(line: usize, what: String) -> Error {
    Error { place: Position { line: line as u64, column: 1 }, what }
}

/// Reads a session.
///
/// # Errors
/// The first line that is neither blank, a comment, nor one of `> < @ ~` as described above.
pub fn parse(text: &str) -> Result<Vec<Exchange>, Error> {
    let mut reader = Reader { now: BEGINNING, ..Reader::default() };
    for (at, line) in text.lines().enumerate() {
        reader.line(line.trim_end_matches('\r')).map_err(|what| at_line(at + 1, what))?;
    }
    reader.finish().map_err(|what| at_line(text.lines().count(), what))?;
    Ok(reader.exchanges)
}

#[derive(Default)]
struct Reader {
    now: Time,
    exchanges: Vec<Exchange>,
    draft: Draft,
    generators: generate::Generators,
}

#[derive(Default)]
struct Draft {
    meta: Vec<(String, String)>,
    request: Option<(String, Url)>,
    sent: Message,
    status: Option<(u16, String)>,
    error: Option<String>,
    received: Message,
}

#[derive(Default)]
struct Message {
    fields: Vec<(String, String)>,
    body: Option<String>,
}

impl Message {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(body) = &mut self.body {
            if !body.is_empty() {
                body.push('\n');
            }
            body.push_str(line);
        } else if line.is_empty() {
            self.body = Some(String::new());
        } else {
            let (name, value) =
                line.split_once(':').ok_or("this is no header field; write `Name: value`, or an empty line before the content")?;
            self.fields.push((name.trim().to_owned(), value.trim_start().to_owned()));
        }
        Ok(())
    }
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let (mark, rest) = line.split_at_checked(1).unwrap_or((line, ""));
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match mark {
            "" => self.finish(),
            "#" => Ok(()),
            "@" => {
                self.finish()?;
                self.clock(rest.trim())
            }
            "~" => {
                let (name, value) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
                self.draft.meta.push((name.to_owned(), value.trim().to_owned()));
                Ok(())
            }
            ">" if self.draft.status.is_some() || self.draft.error.is_some() => {
                self.finish()?;
                self.request(rest)
            }
            ">" => self.request(rest),
            "<" => self.response(rest),
            _ if line.trim().is_empty() => self.finish(),
            _ => Err("this line begins with none of > < @ ~ #; begin it with what it is".to_owned()),
        }
    }

    fn clock(&mut self, text: &str) -> Result<(), String> {
        if let Some(moment) = Time::from_rfc3339(text) {
            self.now = moment;
            return Ok(());
        }
        let span = generate::milliseconds(text).ok_or_else(|| {
            format!("`{text}` is neither a span such as 300s, 250ms, 5m or 2h, nor a moment such as 2026-01-01T00:00:00Z")
        })?;
        self.now = self.now.plus(span);
        Ok(())
    }

    fn request(&mut self, rest: &str) -> Result<(), String> {
        let rest = self.generators.expand(rest, self.now)?;
        if self.draft.request.is_some() {
            return self.draft.sent.line(&rest);
        }
        let (method, url) = rest.split_once(' ').ok_or("this is no request line; write `> GET https://host/path`")?;
        let url = Url::parse(url.trim()).map_err(|error| format!("this is no absolute URL ({error}); write `> GET https://host/path`"))?;
        self.draft.request = Some((method.to_owned(), url));
        Ok(())
    }

    fn response(&mut self, rest: &str) -> Result<(), String> {
        if self.draft.request.is_none() {
            return Err("a response stands before any request; begin with `> GET https://host/path`".into());
        }
        if let Some(error) = rest.strip_prefix("! ") {
            self.draft.error = Some(error.trim().to_owned());
            return Ok(());
        }
        if self.draft.status.is_some() {
            return self.draft.received.line(&self.generators.expand(rest, self.now)?);
        }
        let (status, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let status = status.parse().map_err(|_| {
            format!("`{status}` is no status code; write `< 401 Unauthorized`, or `< ! net::ERR_FAILED` where no response came")
        })?;
        self.draft.status = Some((status, text.to_owned()));
        Ok(())
    }

    fn finish(&mut self) -> Result<(), String> {
        if self.draft.request.is_none() && self.draft.meta.is_empty() {
            return Ok(());
        }
        let draft = std::mem::take(&mut self.draft);
        let (method, url) = draft.request.ok_or("capture lines (~) stand without a request; put them before `> GET https://host/path`")?;
        let response = draft.status.map(|(status, text)| Response {
            status,
            status_text: text.into(),
            fields: draft.received.fields.into_iter().collect(),
            redirect_url: None,
            body: draft.received.body.as_deref().map(Body::from),
        });
        let mut exchange = Exchange {
            number: u32::try_from(self.exchanges.len()).unwrap_or(u32::MAX),
            started: self.now,
            duration: 50,
            method: method.into(),
            url,
            kind: Kind::Other,
            request: Request { fields: draft.sent.fields.into_iter().collect(), body: draft.sent.body.as_deref().map(Body::from) },
            response,
            error: draft.error.map(Into::into),
            served_by: ServedBy::Network,
            initiator: None,
            server_address: None,
            connection: None,
            version: Version::default(),
            told: Box::default(),
            said: None,
            unseen: crate::exchange::Unseen::default(),
        };
        exchange.kind = guessed_kind(&exchange);
        for (name, value) in draft.meta {
            describe(&mut exchange, &name, &value)?;
        }
        self.now = self.now.plus(1000);
        self.exchanges.push(exchange);
        Ok(())
    }
}

/// What a browser would call a request with these fields, where no `~ kind` line says.
fn guessed_kind(exchange: &Exchange) -> Kind {
    let sent = |name: &'static str| exchange.sent(name);
    if &*exchange.method == "OPTIONS" && sent("access-control-request-method").is_some() {
        return Kind::Preflight;
    }
    match (sent("sec-fetch-dest"), sent("sec-fetch-mode")) {
        (Some("document" | "iframe" | "frame"), _) | (_, Some("navigate")) => Kind::Document,
        (Some("empty"), _) => Kind::Fetch,
        (Some("script"), _) => Kind::Script,
        (Some("style"), _) => Kind::Style,
        (Some("image"), _) => Kind::Image,
        (Some("font"), _) => Kind::Font,
        (Some("audio" | "video" | "track"), _) => Kind::Media,
        (Some("manifest"), _) => Kind::Manifest,
        _ if sent("accept").is_some_and(|accept| accept.contains("text/html")) => Kind::Document,
        _ => Kind::Other,
    }
}

fn describe(exchange: &mut Exchange, name: &str, value: &str) -> Result<(), String> {
    match name {
        "kind" => {
            exchange.kind = Kind::from_name(value);
            if exchange.kind == Kind::Other && value != "other" {
                return Err(format!(
                    "`{value}` is no kind; write document, fetch, xhr, preflight, script, stylesheet, image, font, media, manifest, websocket, ping or other"
                ));
            }
        }
        "took" => {
            let span = generate::milliseconds(value).and_then(|span| u32::try_from(span).ok());
            exchange.duration = span.ok_or_else(|| format!("`{value}` is no span; write 250ms or 2s"))?;
        }
        "from" => {
            exchange.served_by = match value {
                "cache" => ServedBy::Cache,
                "service-worker" => ServedBy::ServiceWorker,
                _ => return Err(format!("`{value}` is no source; write cache or service-worker")),
            };
        }
        "initiator" => exchange.initiator = Some(value.into()),
        "server" => exchange.server_address = Some(value.into()),
        "connection" => exchange.connection = Some(value.into()),
        "http" => {
            exchange.version = Version::from_name(value);
            if exchange.version == Version::Unknown {
                return Err(format!("`{value}` is no version of HTTP; write 1.1, 2 or 3"));
            }
        }
        "error" => exchange.error = Some(value.into()),
        "told" => {
            let word = |word| {
                Told::of_word(word).ok_or_else(|| {
                    format!("`{word}` is nothing that a browser says of a cookie; write kept, not-kept, nothing or refused:SecureOnly")
                })
            };
            exchange.told = value.split_ascii_whitespace().map(word).collect::<Result<_, String>>()?;
        }
        "held" => {
            let held = Held::of_words(value)
                .ok_or_else(|| format!("`{value}` names no cookie and why it was held back; write `~ held sid SameSiteStrict`"))?;
            exchange.said.get_or_insert_default().held.push(held);
        }
        "cors" => {
            let cors = CrossOrigin::of_words(value).ok_or_else(|| {
                format!("`{value}` is nothing that a browser says of another origin; write no-preflight, answered-before or refused PreflightInvalidStatus")
            })?;
            exchange.said.get_or_insert_default().cors = Some(cors);
        }
        "unseen" => {
            for part in value.split_ascii_whitespace() {
                match part {
                    "cookies" => exchange.unseen.cookies = true,
                    "set-cookies" => exchange.unseen.set_cookies = true,
                    "authorization" => exchange.unseen.authorization = true,
                    "response-fields" => exchange.unseen.response_fields = true,
                    "response-body" => exchange.unseen.response_body = true,
                    _ => {
                        return Err(format!(
                            "`{part}` cannot be unseen; write cookies, set-cookies, authorization, response-fields or response-body"
                        ));
                    }
                }
            }
        }
        _ => {
            return Err(format!(
                "`~ {name}` is unknown; write kind, took, from, initiator, server, connection, http, error, told, held, cors or unseen"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_requests_responses_failures_and_the_clock() {
        let exchanges = parse(
            "# two exchanges\n> POST https://a.test/login\n> Content-Type: text/plain\n>\n> user=1\n> pw=2\n< 200 OK\n< Set-Cookie: a=1\n< Set-Cookie: b=2\n<\n< hello\n\n@ 5m\n~ kind fetch\n~ took 2s\n> GET https://a.test/\n< ! net::ERR_FAILED\n",
        )
        .unwrap();
        let [first, second] = exchanges.as_slice() else { panic!("two exchanges") };
        assert_eq!(&*first.request.body.as_ref().unwrap().text, "user=1\npw=2");
        assert_eq!(first.response.as_ref().unwrap().fields.all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!((first.response_text(), first.started), ("hello", BEGINNING));
        assert_eq!((second.kind, second.duration, second.status()), (Kind::Fetch, 2000, 0));
        assert_eq!(second.started, BEGINNING.plus(301_000));
        assert_eq!(second.error.as_deref(), Some("net::ERR_FAILED"));
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, line, part) in [
            ("GET https://a.test/", 1, "begins with none of"),
            ("> GET /relative", 1, "no absolute URL"),
            ("> GET https://a.test/\n< OK", 2, "no status code"),
            ("< 200 OK", 1, "before any request"),
            ("@ soon", 1, "neither a span"),
            ("> GET https://a.test/\n> nonsense", 2, "no header field"),
            ("~ kind spaceship\n> GET https://a.test/\n", 2, "no kind"),
            ("> GET https://a.test/\n> A: {jwt exp=soon}", 2, "exp"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.place.line, line, "{text}: {error}");
            assert!(error.what.contains(part), "{text}: {error}");
        }
    }
}
