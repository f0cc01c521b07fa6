//! One exchange, opened.

use serde::Serialize;

use super::explained;
use crate::diagnosis::{DiagnosedFailure, Input, Quote};
use crate::exchange::{Exchange, Fields};
use crate::redact::{Part, Redactor};
use crate::session::cookie_store::Outcome;
use crate::session::{Profile, Record, Session};
use crate::syntax::browser_choice::Browser;
use crate::time::{Time, span};

/// One exchange, opened.
#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    /// Position in the session.
    pub index: usize,
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
    /// When it began, in milliseconds since the Unix epoch.
    pub started: i64,
    /// How long it took, in milliseconds.
    pub duration: u32,
    /// What the browser wanted it for.
    pub kind: &'static str,
    /// What the capture could not show of it, as sentences.
    pub not_observable: Vec<&'static str>,
    /// Its parts, those that matter to a login first.
    pub sections: Vec<Section>,
}

/// A part of an opened exchange.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A named value, and what is to be said of it.
#[derive(Clone, Debug, Serialize)]
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
}

impl Session {
    /// The opened exchange at a position.
    #[must_use]
    pub fn detail(&self, at: usize, redactor: &mut Redactor) -> Option<Detail> {
        let record = self.record(at)?;
        let exchange = &record.exchange;
        let failures = self.diagnose(Input::default(), redactor).failures;
        let proofs = Proofs::of(&failures, exchange.number);
        let mut sections = vec![
            Section { title: "Credentials", lines: explained::credentials(exchange, redactor) },
            Section { title: "Challenges", lines: self.challenges(record, redactor) },
            Section { title: "Token", lines: self.token(record) },
            Section { title: "Cookies set", lines: received_cookies(record) },
            Section { title: "Cookies not sent", lines: held_back(record) },
            Section { title: "Request", lines: fields(&exchange.request.fields, "request.header", &proofs, redactor) },
        ];
        if let Some(response) = &exchange.response {
            sections.push(Section { title: "Response", lines: fields(&response.fields, "response.header", &proofs, redactor) });
        }
        if let Some(line) = body(exchange, &proofs, redactor) {
            sections.push(Section { title: "Response content", lines: vec![line] });
        }
        let messages = explained::messages::read(exchange, redactor);
        sections.extend(messages.into_iter().map(|message| Section { title: message.title, lines: message.lines }));
        sections.retain(|section| !section.lines.is_empty());
        Some(Detail {
            index: at,
            method: exchange.method.to_string(),
            url: redactor.url(exchange.url.as_str()),
            status: exchange.status(),
            status_text: exchange.response.as_ref().map_or_else(String::new, |response| response.status_text.to_string()),
            error: exchange.error.as_deref().filter(|error| !error.is_empty()).map(str::to_owned),
            started: exchange.started.0,
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

    fn token(&self, record: &Record) -> Vec<Line> {
        let Some(token) = record.facts.token() else { return Vec::new() };
        let now = record.facts.date.unwrap_or_else(|| record.exchange.ended());
        let mut lines = Vec::new();
        let mut moment = |name: &str, time: Option<Time>, in_order: fn(Time, Time) -> bool| {
            if let Some(time) = time {
                let distance = if time <= now {
                    format!("{} before the answer", span(now.since(time)))
                } else {
                    format!("{} after the answer", span(time.since(now)))
                };
                let level = if in_order(time, now) { Level::Good } else { Level::Bad };
                lines.push(Line::text(name, time.to_utc()).marked(level, distance));
            }
        };
        moment("iat", token.issued(), |time, now| time <= now);
        moment("nbf", token.not_before(), |time, now| time <= now);
        moment("exp", token.expires(), |time, now| time > now);
        if let Some(claims) = token.claims() {
            lines.extend(claims.iss.iter().map(|issuer| Line::text("iss", &**issuer)));
            if !claims.aud.is_empty() {
                lines.push(Line::text("aud", claims.aud.join(", ")));
            }
            if !claims.scope.is_empty() {
                lines.push(Line::text("scope", claims.scope.join(" ")));
            }
        }
        lines
    }
}

fn browser(profile: &Profile) -> Browser {
    if profile.name == "Firefox" { Browser::Firefox } else { Browser::Chrome }
}

/// The proofs that lie in one exchange.
struct Proofs<'d> {
    quotes: Vec<&'d Quote>,
}

impl<'d> Proofs<'d> {
    fn of(failures: &'d [DiagnosedFailure], number: u32) -> Self {
        let quotes = failures
            .iter()
            .flat_map(|failure| &failure.causes)
            .flat_map(|cause| &cause.evidence)
            .filter(|quote| quote.exchange == number)
            .collect();
        Self { quotes }
    }

    fn says(&self, part: &str, name: &str, shown: &str) -> Option<&'d str> {
        let same = |quote: &&&Quote| quote.part == part && quote.name == name && quote.quote == shown;
        self.quotes.iter().find(same).map(|quote| &*quote.says)
    }
}

fn fields(fields: &Fields, part: &str, proofs: &Proofs<'_>, redactor: &mut Redactor) -> Vec<Line> {
    fields
        .iter()
        .map(|(name, value)| {
            let parts = redactor.field(name, value);
            let proof = proofs.says(part, name, &crate::redact::join(&parts));
            let line = Line::new(name, parts);
            match proof {
                Some(says) => line.marked(Level::Bad, says),
                None => read_by_grammar(line, name, value),
            }
        })
        .collect()
}

/// Adds what the field's own grammar says of its value.
fn read_by_grammar(line: Line, name: &str, value: &str) -> Line {
    let reading = explained::fields::read(name, value);
    let departures = reading
        .violations
        .iter()
        .map(|violation| format!("At byte {} it {} ({}).", violation.at, violation.rule.says(), violation.rule.source()));
    let says: Vec<String> = reading.says.map(|says| format!("That is: {says}.")).into_iter().chain(departures).collect();
    if says.is_empty() { line } else { line.marked(Level::Note, says.join(" ")) }
}

fn received_cookies(record: &Record) -> Vec<Line> {
    let line = |reception: &crate::session::Reception| {
        let reasons: Vec<&str> = reception.reasons.iter().map(|reason| reason.says()).collect();
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

fn held_back(record: &Record) -> Vec<Line> {
    record
        .held_back
        .iter()
        .map(|cookie| {
            let reasons: Vec<&str> = cookie.reasons.iter().map(|reason| reason.says()).collect();
            Line::text(&*cookie.name, "held back").marked(Level::Note, reasons.join(" "))
        })
        .collect()
}

/// As much of a refusal's content as fits a panel; what matters stands near the beginning.
const CONTENT_SHOWN: usize = 2000;

fn body(exchange: &Exchange, proofs: &Proofs<'_>, redactor: &mut Redactor) -> Option<Line> {
    let text = exchange.response_text();
    let mut end = text.len().min(CONTENT_SHOWN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let shown = text.get(..end).filter(|shown| !shown.is_empty())?;
    let line = Line::new("", redactor.text(shown));
    let proof = proofs.quotes.iter().find(|quote| quote.part == "response.body");
    Some(match proof {
        Some(quote) => line.marked(Level::Bad, quote.says.clone()),
        None => line,
    })
}

fn unseen(exchange: &Exchange) -> Vec<&'static str> {
    let unseen = exchange.unseen;
    [
        (unseen.cookies, "Whether cookies were sent: this capture leaves the Cookie field out."),
        (unseen.set_cookies, "Which cookies the response set: this capture leaves Set-Cookie out."),
        (unseen.authorization, "Whether credentials were sent: this capture leaves the Authorization field out."),
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
        let mut session = Session::new(Profile::chrome());
        for exchange in crate::capture::notation::parse(notation).unwrap() {
            session.push(exchange);
        }
        session.detail(at, &mut Redactor::default()).unwrap()
    }

    fn line<'d>(detail: &'d Detail, section: &str, name: &str) -> &'d Line {
        detail.sections.iter().find(|s| s.title == section).and_then(|s| s.lines.iter().find(|line| line.name == name)).unwrap()
    }

    #[test]
    fn marks_what_proves_the_cause_and_masks_secrets() {
        let detail = detail(
            "> GET https://api.test/\n> Accept: */*\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Date: {date}\n",
            0,
        );
        assert_eq!(line(&detail, "Request", "authorization").level, Level::Bad);
        assert_eq!(line(&detail, "Request", "accept").level, Level::Plain);
        assert_eq!(line(&detail, "Token", "exp").level, Level::Bad);
        assert!(!serde_json::to_string(&detail).unwrap().contains("eyJ"));
    }

    #[test]
    fn says_where_a_field_departs_from_its_grammar() {
        let detail = detail(
            "> GET https://api.test/\n> Origin: https://app.test\n< 200 OK\n< Access-Control-Allow-Credentials: True\n< Via: 1.1 edge\n",
            0,
        );
        let broken = line(&detail, "Response", "access-control-allow-credentials");
        assert!(broken.level == Level::Note && broken.note.as_deref().unwrap_or_default().contains("At byte 0"), "{broken:?}");
        assert_eq!(line(&detail, "Response", "via").note.as_deref(), Some("That is: it came through edge."));
        assert_eq!(line(&detail, "Request", "origin").level, Level::Plain);
    }

    #[test]
    fn says_of_each_cookie_what_became_of_it() {
        let detail = detail("> GET http://app.test/\n< 200 OK\n< Set-Cookie: a=1; Secure\n< Set-Cookie: b=2\n", 0);
        assert_eq!(line(&detail, "Cookies set", "a").note.as_deref(), Some("It is Secure, and the connection is plain http."));
        assert_eq!(line(&detail, "Cookies set", "b").level, Level::Good);
    }
}
