//! One exchange, opened.

use serde::Serialize;

use super::explained;
use crate::diagnosis::{DiagnosedFailure, Input, Quote};
use crate::exchange::{Exchange, Fields, Version};
use crate::limits;
use crate::redact::{Part, Redactor};
use crate::session::cookie_store::Outcome;
use crate::session::{Profile, Record, Session};
use crate::syntax::browser_choice::Browser;
use crate::time::span;

/// One exchange, opened.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Detail {
    /// Position in the session.
    pub index: usize,
    /// Number of the exchange.
    pub number: u32,
    /// The method.
    pub method: String,
    /// The target.
    pub url: Vec<Part>,
    /// The status; 0 where no response was received.
    pub status: u16,
    /// The reason phrase.
    pub status_text: String,
    /// The browser's own name for what went wrong.
    pub error: Option<String>,
    /// When it began, in milliseconds since the Unix epoch; none where the capture does not say.
    pub started: Option<i64>,
    /// How long it took, in milliseconds.
    pub duration: u32,
    /// What the browser wanted it for.
    pub kind: &'static str,
    /// What the capture could not show of it, as sentences.
    pub not_observable: Vec<&'static str>,
    /// Its parts, those that matter to a login first.
    pub sections: Vec<Section>,
}

/// Which leaf of an opened exchange a part stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Leaf {
    /// What matters to the login.
    Login,
    /// What was sent.
    Request,
    /// What came back.
    Response,
    /// Cookies set, sent and held back.
    Cookies,
    /// Tokens and messages, decoded.
    Tokens,
    /// When.
    Timing,
    /// As it went over the wire.
    Raw,
}

/// A part of an opened exchange.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Section {
    /// Which leaf it stands on.
    pub leaf: Leaf,
    /// Its heading.
    pub title: String,
    /// Its lines.
    pub lines: Vec<Line>,
    /// The time in which a token or a message is valid, where it states one.
    pub validity: Option<Validity>,
}

/// A time of validity, and when it was asked. All in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Validity {
    /// When it begins.
    pub from: Option<i64>,
    /// When it ends.
    pub until: Option<i64>,
    /// The server's own time when it answered, at the earliest.
    pub now_least: i64,
    /// The same at the latest: the two are as far apart as the clocks are unsure.
    pub now_most: i64,
}

/// A named value, and what is to be said of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Line {
    /// The name, as people know it.
    pub name: String,
    /// The value, its secrets masked.
    pub value: Vec<Part>,
    /// How it should stand out.
    pub level: Level,
    /// What is to be said of it.
    pub note: Option<String>,
}

/// How a line should stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not at all.
    Plain,
    /// As something that is in order.
    Good,
    /// As part of a failure.
    Bad,
    /// As something worth a look.
    Note,
}

impl Line {
    pub(super) fn new(name: impl Into<String>, value: Vec<Part>) -> Self {
        Self { name: name.into(), value, level: Level::Plain, note: None }
    }

    pub(super) fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, vec![Part { text: value.into(), secret: None }])
    }

    pub(super) fn marked(mut self, level: Level, note: impl Into<String>) -> Self {
        self.level = level;
        self.note = Some(note.into());
        self
    }

    fn mask_echoes(&mut self, redactor: &mut Redactor) {
        self.value = redactor.echoes(std::mem::take(&mut self.value));
        self.note = self.note.take().map(|note| redactor.sentence(&note));
    }
}

impl Section {
    pub(super) fn new(leaf: Leaf, title: impl Into<String>, lines: Vec<Line>) -> Self {
        Self { leaf, title: title.into(), lines, validity: None }
    }
}

impl Session {
    /// The opened exchange at a position.
    #[must_use]
    pub fn detail(&self, at: usize, redactor: &mut Redactor) -> Option<Detail> {
        let failures = self.diagnose(Input::default(), redactor).failures;
        self.detail_by(at, failures.iter(), redactor)
    }

    /// The same where it is known already what failed: to find that out takes the time of the whole session.
    #[must_use]
    pub fn detail_by<'f>(
        &self,
        at: usize,
        failures: impl Iterator<Item = &'f DiagnosedFailure>,
        redactor: &mut Redactor,
    ) -> Option<Detail> {
        let record = self.record(at)?;
        let exchange = &record.exchange;
        redactor.learn(exchange);
        let proofs = Proofs::of(failures, exchange.number, redactor);
        let mut sections = vec![
            Section::new(Leaf::Login, "What proves it", proofs.lines()),
            Section::new(Leaf::Login, "Credentials", explained::credentials(exchange, redactor)),
            Section::new(Leaf::Login, "Challenges", self.challenges(record, redactor)),
            Section::new(Leaf::Request, "Request fields", fields(&exchange.request.fields, "request.header", &proofs, redactor)),
            Section::new(Leaf::Request, "Request content", content(sent_text(exchange), "request.body", &proofs, redactor)),
            Section::new(Leaf::Cookies, "Cookies set", received_cookies(record)),
            Section::new(Leaf::Cookies, "Cookies sent", self.sent_cookies(at, record)),
            Section::new(Leaf::Cookies, "Cookies not sent", self.held_back(record)),
            Section::new(Leaf::Request, "Asking another origin", self.asking(at)),
        ];
        if let Some(response) = &exchange.response {
            sections.push(Section::new(Leaf::Response, "Response fields", fields(&response.fields, "response.header", &proofs, redactor)));
        }
        sections.push(Section::new(
            Leaf::Response,
            "Response content",
            content(exchange.response_text(), "response.body", &proofs, redactor),
        ));
        sections.extend(self.decoded(at, record, redactor));
        let messages = explained::messages::read(exchange, redactor);
        sections.extend(messages.into_iter().map(|message| Section::new(Leaf::Tokens, message.title, message.lines)));
        sections.push(Section::new(Leaf::Timing, "Times", self.times(record)));
        sections.push(Section::new(Leaf::Raw, "As it went over the wire", raw(exchange, redactor)));
        sections.retain(|section| !section.lines.is_empty());
        // What was shown before a secret was met may repeat it.
        sections.iter_mut().flat_map(|section| &mut section.lines).for_each(|line| line.mask_echoes(redactor));
        Some(Detail {
            index: at,
            number: exchange.number,
            method: exchange.method.to_string(),
            url: redactor.url(exchange.url.as_str()),
            status: exchange.status(),
            status_text: exchange.response.as_ref().map_or_else(String::new, |response| redactor.sentence(&response.status_text)),
            error: exchange.error.as_deref().filter(|error| !error.is_empty()).map(|error| redactor.sentence(error)),
            started: exchange.moment().map(|moment| moment.0),
            duration: exchange.duration,
            kind: exchange.kind.name(),
            not_observable: unseen(exchange),
            sections,
        })
    }

    fn challenges(&self, record: &Record, redactor: &mut Redactor) -> Vec<Line> {
        let mut lines = explained::challenges(record, browser(self.profile()), redactor);
        lines.extend(record.facts.challenge_violations.iter().map(|(name, field, violation)| {
            Line::text(*name, format!("field {}, byte {}", field + 1, violation.at))
                .marked(Level::Note, format!("It {} ({}).", violation.rule.says(), violation.rule.source()))
        }));
        lines
    }

    /// The browser's and the server's clock at this exchange.
    fn times(&self, record: &Record) -> Vec<Line> {
        let exchange = &record.exchange;
        let mut lines: Vec<Line> = exchange.moment().map(|began| Line::text("began", began.to_utc())).into_iter().collect();
        lines.push(Line::text("took", format!("{} ms", exchange.duration)));
        if let Some(date) = record.facts.date {
            lines.push(Line::text("the server says", date.to_utc()));
        }
        if let Some(clock) = self.clock(&record.origin) {
            let offset = clock.offset_at(exchange.started);
            let (least, most) = (offset.least, offset.most);
            let level = if offset.at_least() > CLOCKS_AGREE { Level::Bad } else { Level::Good };
            let says =
                format!("The server's clock is between {} and {} ahead of the browser's, by all its answers.", signed(least), signed(most));
            lines.push(Line::text("clock", signed(offset.middle())).marked(level, says));
        }
        if let Some(address) = &exchange.server_address {
            lines.push(Line::text("server address", &**address));
        }
        if exchange.version != Version::Unknown {
            lines.push(Line::text("version", exchange.version.name()));
        }
        if let Some(connection) = &exchange.connection {
            lines.push(Line::text("connection", &**connection));
        }
        lines
    }

    fn sent_cookies(&self, at: usize, record: &Record) -> Vec<Line> {
        let set_by = |name: &str| {
            let mut earlier = self.in_order().back_from(at);
            let setter = earlier.find(|(_, other)| other.facts.set_cookies.iter().any(|(set, _)| &**set == name));
            setter.map_or_else(|| "Set before this capture began.".to_owned(), |(_, other)| format!("Set by #{}.", other.exchange.number))
        };
        record
            .facts
            .cookies
            .iter()
            .take(COOKIES_TOLD)
            .map(|(name, _)| Line::text(&**name, "sent").marked(Level::Good, set_by(name)))
            .collect()
    }

    /// In what the browser itself said otherwise of a request to another origin.
    fn asking(&self, at: usize) -> Vec<Line> {
        let disagreement = self.cors(at).and_then(|verdict| verdict.disagreement());
        disagreement.into_iter().map(|says| Line::text("preflight", "").marked(Level::Note, says)).collect()
    }

    fn held_back(&self, record: &Record) -> Vec<Line> {
        let line = |cookie: &crate::session::HeldBack| {
            let disagreement = cookie.disagreement();
            let reasons: Vec<&str> = cookie.reasons.iter().map(|reason| reason.says()).chain(disagreement.as_deref()).collect();
            let set_by = self.record(cookie.set_by).map_or(0, |record| record.exchange.number);
            Line::text(&*cookie.name, "held back").marked(Level::Note, format!("{} Set by #{set_by}.", reasons.join(" ")))
        };
        record.held_back.iter().take(COOKIES_TOLD).map(line).collect()
    }
}

/// Clocks that are nearer to each other than this, in milliseconds, agree.
const CLOCKS_AGREE: i64 = 5_000;
/// Cookies of one kind that are listed of one exchange.
const COOKIES_TOLD: usize = 200;

fn signed(milliseconds: i64) -> String {
    format!("{}{}", if milliseconds < 0 { "−" } else { "" }, span(milliseconds))
}

fn sent_text(exchange: &Exchange) -> &str {
    exchange.request.body.as_ref().map_or("", |body| &body.text)
}

/// The message's text, its secrets masked as everywhere else.
fn raw(exchange: &Exchange, redactor: &mut Redactor) -> Vec<Line> {
    let mut begin = vec![plain(format!("{} ", exchange.method))];
    begin.extend(redactor.path(exchange.url.path()));
    let mut message = |mut parts: Vec<Part>, fields: &Fields| {
        for (name, value) in fields.iter() {
            parts.push(plain(format!("\n{name}: ")));
            parts.extend(redactor.field(name, value));
        }
        parts
    };
    let mut lines = vec![Line::new("", message(begin, &exchange.request.fields))];
    if let Some(response) = &exchange.response {
        lines.push(Line::new("", message(vec![plain(format!("{} {}", response.status, response.status_text))], &response.fields)));
    }
    lines
}

fn plain(text: String) -> Part {
    Part { text, secret: None }
}

fn browser(profile: &Profile) -> Browser {
    if profile.name == "Firefox" { Browser::Firefox } else { Browser::Chrome }
}

/// The proofs that lie in one exchange.
struct Proofs {
    quotes: Vec<Quote>,
}

impl Proofs {
    /// Masked as everything is by now: a secret may have been met after they were quoted.
    fn of<'f>(failures: impl Iterator<Item = &'f DiagnosedFailure>, number: u32, redactor: &mut Redactor) -> Self {
        let mut masked =
            |quote: &Quote| Quote { quote: redactor.sentence(&quote.quote), says: redactor.sentence(&quote.says), ..quote.clone() };
        let quotes = failures
            .flat_map(|failure| &failure.causes)
            .flat_map(|cause| &cause.evidence)
            .filter(|quote| quote.exchange == number)
            .map(&mut masked)
            .collect();
        Self { quotes }
    }

    /// Each claim that rests on this exchange.
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = Vec::new();
        for quote in &self.quotes {
            let name = if quote.name.is_empty() { quote.part } else { &*quote.name };
            if !lines.iter().any(|line| line.note.as_deref() == Some(&*quote.says)) {
                lines.push(Line::text(name, &*quote.quote).marked(Level::Bad, &*quote.says));
            }
        }
        lines
    }

    fn says(&self, part: &str, name: &str, shown: &str) -> Option<&str> {
        let same = |quote: &&Quote| quote.part == part && quote.name == name && quote.quote == shown;
        self.quotes.iter().find(same).map(|quote| &*quote.says)
    }
}

fn fields(fields: &Fields, part: &str, proofs: &Proofs, redactor: &mut Redactor) -> Vec<Line> {
    fields
        .iter()
        .map(|(name, value)| {
            let parts = redactor.field(name, value);
            let proof = proofs.says(part, name, &crate::redact::join(&parts));
            let line = Line::new(name, parts);
            match proof {
                Some(says) => line.marked(Level::Bad, says),
                None => read_by_grammar(line, part, name, value),
            }
        })
        .collect()
}

/// Adds what the field's own grammar says of its value.
fn read_by_grammar(line: Line, part: &str, name: &str, value: &str) -> Line {
    let reading = explained::fields::read(name, value, part == "response.header");
    let level = if reading.violations.is_empty() { Level::Plain } else { Level::Note };
    let departures = reading
        .violations
        .iter()
        .map(|violation| format!("At byte {} it {} ({}).", violation.at, violation.rule.says(), violation.rule.source()));
    let says: Vec<String> = reading.says.map(|says| format!("That is: {says}.")).into_iter().chain(departures).collect();
    if says.is_empty() { line } else { line.marked(level, says.join(" ")) }
}

fn received_cookies(record: &Record) -> Vec<Line> {
    let line = |reception: &crate::session::Reception| {
        let disagreement = reception.disagreement();
        let reasons: Vec<&str> = reception.reasons.iter().map(|reason| reason.says()).chain(disagreement.as_deref()).collect();
        let (word, level) = match reception.outcome {
            Outcome::Kept => ("kept", Level::Good),
            Outcome::Replaced => ("kept, in place of the former", Level::Good),
            Outcome::Deleted => ("deleted", Level::Note),
            Outcome::DeletedNothing => ("expired on arrival, nothing to delete", Level::Note),
            Outcome::Rejected => ("refused", Level::Bad),
        };
        let line = Line::text(&*reception.name, word);
        if reasons.is_empty() { Line { level, ..line } } else { line.marked(level, reasons.join(" ")) }
    };
    record.receptions.iter().map(line).collect()
}

/// As much of a content as fits a panel; what matters stands near the beginning.
const CONTENT_SHOWN: usize = 20_000;

fn content(text: &str, part: &str, proofs: &Proofs, redactor: &mut Redactor) -> Vec<Line> {
    let shown = limits::beginning(text, CONTENT_SHOWN);
    if shown.is_empty() {
        return Vec::new();
    }
    let line = Line::new("", redactor.text(shown));
    let proof = proofs.quotes.iter().find(|quote| quote.part == part);
    vec![match proof {
        Some(quote) => line.marked(Level::Bad, quote.says.clone()),
        None if shown.len() < text.len() => line.marked(Level::Note, format!("The first {} of {} bytes.", shown.len(), text.len())),
        None => line,
    }]
}

fn unseen(exchange: &Exchange) -> Vec<&'static str> {
    let unseen = exchange.unseen;
    let is_hidden = unseen.authorization && exchange.sent("authorization").is_some();
    [
        (unseen.moment, "When this was: this capture has no time for it."),
        (unseen.response, "Whether an answer came: this capture records requests alone."),
        (unseen.cookies, "Whether cookies were sent: this capture leaves the Cookie field out."),
        (unseen.set_cookies, "Which cookies the response set: this capture leaves Set-Cookie out."),
        (unseen.authorization && !is_hidden, "Whether credentials were sent: this capture leaves the Authorization field out."),
        (is_hidden, "The credentials: whoever made this capture hid them."),
        (unseen.response_fields, "The response's own fields: this capture shows others or none."),
        (unseen.response_body, "The response's content: it was not captured."),
    ]
    .into_iter()
    .filter_map(|(is_unseen, says)| is_unseen.then_some(says))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(notation: &str, at: usize) -> Detail {
        let session = crate::session::testing::session(notation);
        session.detail(at, &mut Redactor::default()).unwrap()
    }

    fn line<'d>(detail: &'d Detail, section: &str, name: &str) -> &'d Line {
        detail.sections.iter().find(|s| s.title == section).and_then(|s| s.lines.iter().find(|line| line.name == name)).unwrap()
    }

    #[test]
    fn no_view_repeats_a_secret_wherever_it_comes_again() {
        const SECRET: &str = "Qz07919kW0001vJ8p";
        const SHORT: &str = "hunt-2";
        let form = |password: &str, answer: &str| {
            format!(
                "> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=alice&password={password}\n< 401 Unauthorized\n< Content-Type: text/plain\n<\n< {answer}\n"
            )
        };
        let get = |path: &str, more: &str| format!("> GET https://app.test{path}\n{more}");
        let places = [
            get(
                "/x",
                &format!(
                    "> Authorization: Bearer {SECRET}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\", error_description=\"the token {SECRET} is old\"\n"
                ),
            ),
            get("/x", &format!("> Authorization: Bearer {SECRET}\n< 401 the token {SECRET} is old\n< X-Error: {SECRET}\n")),
            get(
                "/b",
                &format!(
                    "> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/b\", response=\"{SECRET}\"\n< 401 Unauthorized\n"
                ),
            ),
            get(
                "/b",
                &format!(
                    "> Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20261120/eu/s3/aws4_request, SignedHeaders=host, Signature={SECRET}\n< 403 Forbidden\n"
                ),
            ),
            get(&format!("/q?X-Amz-Signature={SECRET}"), "< 403 Forbidden\n"),
            get(&format!("/q?Signature={SECRET}"), "< 403 Forbidden\n"),
            get("/q", &format!("> Referer: https://app.test/p?X-Amz-Signature={SECRET}\n< 401 Unauthorized\n")),
            get("/q", &format!("< 302 Found\n< Location: https://app.test/cb?X-Amz-Signature={SECRET}\n")),
            get(&format!("/x;jsessionid={SECRET}"), "< 401 Unauthorized\n"),
            get("/x", &format!("> Authorization: {{basic alice:{SECRET}}}\n< 401 Unauthorized\n<\n< alice and {SECRET} do not fit\n")),
            form(SECRET, &format!("{{\"error\":\"the password {SECRET} is wrong\"}}")),
            form(SECRET, &format!("<p>The password {SECRET} is wrong</p>")),
            form(SECRET, &format!("the password is x{SECRET}y")),
            form(SHORT, &format!("{{\"error\":\"the password {SHORT} is wrong\"}}")),
            form("a%26b%22c12", "{\"error\":\"the password a&b\\\"c12 is wrong\"}"),
            form(SECRET, "no")
                .replace("x-www-form-urlencoded", "json")
                .replace(&format!("user=alice&password={SECRET}"), &format!("{{\"user\":\"alice\",\"password\":\"{SECRET}\"}}"))
                .replace("< no", &format!("< {{\"message\":\"no: {SECRET}\"}}")),
            format!(
                "> POST https://app.test/login\n> Content-Type: multipart/form-data; boundary=x\n>\n> --x\n> Content-Disposition: form-data; name=\"password\"\n> \n> {SECRET}\n> --x--\n< 401 Unauthorized\n"
            ),
        ];
        for notation in places {
            let session = crate::session::testing::session(&notation);
            let mut redactor = Redactor::default();
            session.records().iter().for_each(|record| redactor.learn(&record.exchange));
            let failures = session.diagnose(Input::default(), &mut redactor).failures;
            let views = [
                serde_json::to_string(&session.row(0, &mut redactor)),
                serde_json::to_string(&session.detail(0, &mut Redactor::default())),
                serde_json::to_string(&session.timeline(&failures, &mut redactor)),
                serde_json::to_string(&failures),
            ];
            for view in views.map(Result::unwrap) {
                for secret in [SECRET, SHORT, "a&b", "b\\\"c12"] {
                    assert!(!view.contains(secret), "{notation}\n{view}");
                }
            }
        }
    }

    #[test]
    fn what_one_exchange_sent_no_other_shows() {
        let notation = "> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=alice&password=Qz07919kW0001vJ8p\n< 302 Found\n< Location: /again\n\n\
            > GET https://app.test/again\n< 401 Unauthorized\n<\n< Not Qz07919kW0001vJ8p, alice.\n";
        let session = crate::session::testing::session(notation);
        let mut redactor = Redactor::default();
        session.records().iter().for_each(|record| redactor.learn(&record.exchange));
        let shown = serde_json::to_string(&session.detail(1, &mut redactor)).unwrap();
        assert!(!shown.contains("Qz07919kW0001vJ8p") && shown.contains("Not ") && shown.contains("alice."), "{shown}");
    }

    #[test]
    fn marks_what_proves_the_cause_and_masks_secrets() {
        let detail = detail(
            "> GET https://api.test/\n> Accept: */*\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n",
            0,
        );
        assert_eq!(line(&detail, "Request fields", "authorization").level, Level::Bad);
        assert_eq!(line(&detail, "Request fields", "accept").level, Level::Plain);
        assert_eq!(line(&detail, "access token in the Authorization field", "exp").level, Level::Bad);
        assert!(!serde_json::to_string(&detail).unwrap().contains("eyJ"));
    }

    #[test]
    fn says_where_a_field_departs_from_its_grammar() {
        let detail = detail(
            "> GET https://api.test/\n> Origin: https://app.test\n< 200 OK\n< Access-Control-Allow-Credentials: True\n< Via: 1.1 edge\n",
            0,
        );
        let broken = line(&detail, "Response fields", "access-control-allow-credentials");
        assert!(broken.level == Level::Note && broken.note.as_deref().unwrap_or_default().contains("At byte 0"), "{broken:?}");
        assert_eq!(line(&detail, "Response fields", "via").note.as_deref(), Some("That is: it came through edge."));
        assert_eq!(line(&detail, "Request fields", "origin").level, Level::Plain);
    }

    #[test]
    fn says_of_each_cookie_what_became_of_it() {
        let detail = detail("> GET http://app.test/\n< 200 OK\n< Set-Cookie: a=1; Secure\n< Set-Cookie: b=2\n", 0);
        assert_eq!(line(&detail, "Cookies set", "a").note.as_deref(), Some("It is Secure, and the connection is plain http."));
        assert_eq!(line(&detail, "Cookies set", "b").level, Level::Good);
    }
}
