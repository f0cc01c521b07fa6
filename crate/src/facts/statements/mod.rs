//! What servers say of a refusal, read once from wherever they say it: codes, identifiers, members, sentences and
//! the texts of pages, in many languages.

mod claims;
mod flashed;
mod leaves;
mod page;
mod pair;
mod scripts;
mod sentences;
mod spoken;
mod vocabulary;
mod words;

pub use claims::{Claim, claim};
pub use pair::{Fault, Pair, Subject};
pub use spoken::spoken;

use percent_encoding::percent_decode_str;

use super::outcome::Outcome;
use super::{Facts, Purpose};
use crate::exchange::Exchange;
use crate::limits;
use crate::place::Place;
use crate::syntax::oauth::errors;
use leaves::Leaf;

/// What a server says is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What is wrong with what.
    pub pair: Pair,
    /// How it says so.
    pub voice: Voice,
    /// Where.
    pub place: Place,
}

impl Statement {
    /// Whether it says by itself that a login is what is wrong, whatever was asked for: names and passwords are
    /// filled into other forms as well, tokens and sessions are not.
    #[must_use]
    pub fn concerns_login(&self) -> bool {
        use Subject::{ApiKey, Audience, Issuer, Permission, RefreshToken, Scope, Session, Signature, Token};
        let is_of_login =
            matches!(self.pair.subject, ApiKey | Audience | Issuer | Permission | RefreshToken | Scope | Session | Signature | Token);
        let is_code_of_login = matches!(
            (self.pair.subject, self.pair.fault),
            (Subject::Password, Fault::Wrong | Fault::Expired | Fault::MustChange) | (Subject::SecondFactor, Fault::Missing)
        );
        let is_of_login = is_of_login || self.voice.is_for_programs() && is_code_of_login;
        let says_which = || self.says_nobody_asks() || matches!(claim(self.pair), Claim::Cause(_));
        is_of_login && self.voice != Voice::Page && (self.voice.is_for_programs() || says_which())
    }

    /// Whether it says that nobody asks, or nobody any more: whoever is known and not allowed is told otherwise.
    #[must_use]
    pub fn says_nobody_asks(&self) -> bool {
        matches!(
            (self.pair.subject, self.pair.fault),
            (Subject::Session | Subject::Token, Fault::Missing | Fault::Expired | Fault::Unknown | Fault::Revoked)
        )
    }

    /// Whether it says of an account or its password why nobody logs in with them.
    #[must_use]
    pub fn judges_login(&self) -> bool {
        self.judges_account() || self.judges_password()
    }

    /// Whether it says of an account why nobody logs in with it.
    #[must_use]
    pub fn judges_account(&self) -> bool {
        self.pair.subject == Subject::Account && self.names_cause_of_login()
    }

    /// Whether it says of a password why nobody logs in with it.
    #[must_use]
    pub fn judges_password(&self) -> bool {
        self.pair.subject == Subject::Password && self.names_cause_of_login()
    }

    fn names_cause_of_login(&self) -> bool {
        const OF_LOGINS: [&str; 4] = ["account-disabled", "account-locked", "password-expired", "wrong-credentials"];
        matches!(claim(self.pair), Claim::Cause(cause) if OF_LOGINS.contains(&cause))
    }

    /// Whether it names what is wrong with the login: not with the server, nor with how often or how much is asked.
    #[must_use]
    pub fn names_what_the_login_lacks(&self) -> bool {
        const OTHERWISE: [&str; 3] = ["auth-backend-unavailable", "cookie-header-too-large", "rate-limited"];
        matches!(claim(self.pair), Claim::Cause(cause) if !OTHERWISE.contains(&cause))
    }

    /// Whether it says that a password is missing: to who brought one, that it did not arrive.
    #[must_use]
    pub const fn misses_password(&self) -> bool {
        matches!((self.pair.subject, self.pair.fault), (Subject::Password, Fault::Missing))
    }

    /// Whether it says that nothing came that could tell who asks.
    #[must_use]
    pub fn says_nothing_came(&self) -> bool {
        matches!((self.pair.subject, self.pair.fault), (Subject::Session | Subject::Token, Fault::Missing))
    }
}

/// How a server says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Voice {
    /// A text of a page.
    Page,
    /// A sentence in an answer to a program.
    Sentence,
    /// A parameter of an address.
    Parameter,
    /// A member's name.
    Member,
    /// An identifier, made for programs.
    Identifier,
}

impl Voice {
    /// Whether it was made for programs, so that nobody words it in passing.
    #[must_use]
    pub const fn is_for_programs(self) -> bool {
        matches!(self, Self::Member | Self::Identifier)
    }
}

/// Response fields in which applications say why, in lower case. From the documentation of products that do;
/// checked 2026-11-29.
pub const REASON_FIELDS: [&str; 14] = [
    "grpc-message",
    "x-amzn-errortype",
    "x-auth-error",
    "x-auth-failure",
    "x-auth-reason",
    "x-authentication-denied-reason",
    "x-denied-reason",
    "x-error",
    "x-error-code",
    "x-error-message",
    "x-error-reason",
    "x-failure-reason",
    "x-login-error",
    "x-reason",
];

/// Words of an identifier that are none of ours, at most.
const STRANGE_IN_IDENTIFIER: usize = 3;

/// Words of a clause that says why, at most.
const WORDS_IN_CLAUSE: usize = 18;

/// Different things that one content says; one with more lists its messages for later use.
const MOST_PAIRS: usize = 4;

/// Bytes before the root element of a page.
const PROLOGUE: usize = 512;

/// Texts of a page that stand first: its title, a header, its answer.
const FIRST_TEXTS: usize = 8;

/// Words of a title that says no more than the status.
const WORDS_OF_A_TITLE: usize = 3;

/// Texts of a page in which a heading is explained.
const AFTER_A_HEADING: usize = 4;

/// Reads what an answer says.
pub fn read(exchange: &Exchange, facts: &Facts) -> Box<[Statement]> {
    let Some(response) = exchange.response.as_ref().filter(|_| !matches!(facts.purpose, Purpose::Asset | Purpose::Preflight)) else {
        return Box::default();
    };
    let mut reader = Reader { borne: borne(exchange, facts), phrase: phrase(exchange.status()), found: Vec::new(), general: None };
    for challenge in &facts.challenges {
        let place = Place::Received("www-authenticate", challenge.field);
        for name in ["error", "error_description"] {
            reader.text(name, challenge.param(name).unwrap_or_default(), Voice::Sentence, &place);
        }
    }
    for name in REASON_FIELDS {
        for (nth, value) in response.fields.all(name).enumerate() {
            // gRPC encodes its message as an address.
            let value = percent_decode_str(value).decode_utf8_lossy();
            reader.text("error", &value, Voice::Sentence, &Place::Received(name, nth));
        }
    }
    if let Some(target) = exchange.redirect_target() {
        reader.parameters(target.query().unwrap_or_default(), &Place::Received("location", 0));
        reader.parameters(target.fragment().unwrap_or_default(), &Place::Received("location", 0));
    }
    // What a login leaves for a script of the next page is its answer.
    if facts.purpose.is_login() {
        for (nth, line) in response.fields.all("set-cookie").take(limits::COOKIES).enumerate() {
            for shown in flashed::messages(line) {
                reader.text("message", &shown, Voice::Page, &Place::Received("set-cookie", nth));
            }
        }
    }
    if matches!(facts.purpose, Purpose::Page | Purpose::Callback) {
        reader.parameters(exchange.url.query().unwrap_or_default(), &Place::Target);
    }
    reader.content(exchange, facts);
    reader.finished()
}

/// What a page says first to which a refused login led: what it says elsewhere is about other things.
pub fn of_refusal(exchange: &Exchange) -> Box<[Statement]> {
    let mut reader = Reader { borne: None, phrase: "", found: Vec::new(), general: None };
    let text = limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT);
    for (shown, span) in page::texts(text).into_iter().take(FIRST_TEXTS) {
        reader.text("message", &shown, Voice::Page, &Place::ResponseBody(span));
    }
    reader.finished()
}

/// What a sentence says that stands alone, a cause before anything else.
#[must_use]
pub fn of_sentence(text: &str) -> Option<Pair> {
    let mut reader = Reader { borne: None, phrase: "", found: Vec::new(), general: None };
    reader.sentence(text, Voice::Sentence, &Place::Target);
    let said = reader.finished();
    let cause = said.iter().find(|statement| names_a_cause(statement));
    cause.or_else(|| said.first()).map(|statement| statement.pair)
}

/// Whether a short answer says that anything is missing, be it known what or not.
#[must_use]
pub fn says_something_is_missing(exchange: &Exchange) -> bool {
    let text = exchange.response_text();
    if text.len() > limits::STATEMENT_TEXT {
        return false;
    }
    let says = |text: &str| {
        let clauses = words::clauses(text);
        let mut short = clauses.iter().filter(|clause| !clause.asks && clause.length() <= WORDS_IN_CLAUSE);
        short.any(|clause| vocabulary::read(clause).is_some_and(|said| said.fault == Some(Fault::Missing)))
    };
    if text.trim_start().starts_with(['{', '[']) {
        leaves::of_json(text, true).iter().any(|leaf| !leaf.is_flag && says(&leaf.text))
    } else {
        says(text)
    }
}

/// Whether a page says something among its first texts, where its answer stands.
#[must_use]
pub fn is_said_first(exchange: &Exchange, statement: &Statement) -> bool {
    let Place::ResponseBody(span) = &statement.place else { return false };
    let text = limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT);
    statement.voice == Voice::Page && page::texts(text).iter().take(FIRST_TEXTS).any(|(_, shown)| shown == span)
}

/// The texts that a page shows, with their places.
#[must_use]
pub fn page_texts(exchange: &Exchange) -> Vec<(String, std::ops::Range<usize>)> {
    page::texts(limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT))
}

/// Whether a text of a page is its heading or title.
#[must_use]
pub fn is_heading(exchange: &Exchange, span: &std::ops::Range<usize>) -> bool {
    page::is_heading(limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT), span.start)
}

/// Whether a page says something where it says what it is for: under its heading, or in an element that is called a message.
#[must_use]
pub fn stands_out(exchange: &Exchange, statement: &Statement) -> bool {
    let Place::ResponseBody(said) = &statement.place else { return false };
    let text = limits::beginning(exchange.response_text(), limits::STATEMENT_CONTENT);
    page::texts(text).iter().any(|(_, shown)| shown.contains(&said.start) && page::stands_out(text, shown.start))
}

/// Whether a page has no more to say than a title and a sentence.
#[must_use]
pub fn says_little(exchange: &Exchange) -> bool {
    page_texts(exchange).len() <= 2
}

fn names_a_cause(statement: &Statement) -> bool {
    matches!(claim(statement.pair), Claim::Cause(_))
}

struct Reader {
    /// What the request bore, for statements that leave out what they are about.
    borne: Option<Subject>,
    /// What the status is called: who repeats that says nothing.
    phrase: &'static str,
    found: Vec<Statement>,
    /// What says no more than that it failed, until something names a cause.
    general: Option<Statement>,
}

impl Reader {
    /// What was read; what says only that it failed, where nothing says why.
    fn finished(mut self) -> Box<[Statement]> {
        if let Some(general) = self.general.take().filter(|_| !self.found.iter().any(names_a_cause)) {
            self.found.insert(0, general);
        }
        // What is blocked for a time is locked.
        let is_locked = |statement: &Statement| statement.pair == Pair { subject: Subject::Account, fault: Fault::Locked };
        if self.found.iter().any(is_locked) {
            self.found.retain(|statement| statement.pair != Pair { subject: Subject::Account, fault: Fault::Disabled });
        }
        // A code that speaks of a permission says what a sentence beside it means by being assigned.
        let is_permission = |statement: &Statement| statement.pair.subject == Subject::Permission && statement.voice.is_for_programs();
        if self.found.iter().any(is_permission) {
            let is_assigned = |statement: &Statement| statement.pair == Pair { subject: Subject::Account, fault: Fault::Denied };
            self.found.retain(|statement| statement.voice.is_for_programs() || !is_assigned(statement));
        }
        self.found.into()
    }

    fn content(&mut self, exchange: &Exchange, facts: &Facts) {
        let text = exchange.response_text();
        let text = limits::beginning(text, limits::STATEMENT_CONTENT);
        let beginning = text.trim_start();
        let media = exchange.received("content-type").unwrap_or_default();
        // A provider says on a page of its own what it has against a request.
        let refuses = exchange.status() >= 400 || facts.purpose.is_login() || facts.purpose == Purpose::Authorize;
        let before = self.found.len();
        // A page may be well-formed XML as well, and begin as such.
        let is_page = media.contains("html") || limits::beginning(beginning, PROLOGUE).contains("<html");
        let is_xml = !is_page && (media.contains("xml") || beginning.starts_with("<?xml"));
        match beginning.as_bytes().first() {
            None => {}
            Some(b'{' | b'[') if refuses || facts.outcome.is_error => {
                self.leaves(leaves::of_json(text, matches!(exchange.status(), 400 | 401 | 403 | 500)));
            }
            Some(b'<') if is_xml && (refuses || Outcome::of(text).is_error) => self.leaves(leaves::of_xml(text)),
            Some(b'<') if is_xml => {}
            Some(b'<') if refuses || asks_for_password(text) => {
                // What a page says first is its answer; what follows explains, or helps. Only a heading that says no
                // more than that it failed is explained by what follows next.
                let mut left = usize::MAX;
                for (shown, span) in page::texts(text) {
                    let had = self.general.is_some();
                    self.text("message", &shown, Voice::Page, &Place::ResponseBody(span));
                    if exchange.status() == FORBIDDEN && shown.split_whitespace().count() <= WORDS_OF_A_TITLE {
                        self.generalize(before);
                    }
                    left = if !had && self.general.is_some() { AFTER_A_HEADING } else { left.saturating_sub(1) };
                    if left == 0 || self.found.len() > before {
                        break;
                    }
                }
                // What scripts show at once stands in their calls, and what they are to show in data beside them.
                if facts.purpose != Purpose::Authorize && self.found.len() == before {
                    for (shown, span) in scripts::shown(text) {
                        self.text("message", &shown, Voice::Page, &Place::ResponseBody(span));
                    }
                }
                let may_be = facts.purpose != Purpose::Authorize && self.found.len() == before && self.general.is_none();
                let data = if may_be { page::data(text) } else { Vec::new() };
                for (json, at) in data {
                    for leaf in leaves::of_lists(json).into_iter().filter(|leaf| !leaf.is_flag) {
                        let place = Place::ResponseBody(at + leaf.span.start..at + leaf.span.end);
                        self.text(&leaf.name, &leaf.text, Voice::Page, &place);
                    }
                }
            }
            Some(_) if media.contains("urlencoded") => self.leaves(leaves::of_parameters(text)),
            Some(b'{' | b'[' | b'<') => {}
            // A sentence in the place of a page, or of a part of one, is all that there is.
            Some(_)
                if (refuses || media.contains("html") || media.is_empty() && !exchange.unseen.response_fields)
                    && text.len() <= limits::STATEMENT_TEXT =>
            {
                let said = text.split('<').next().unwrap_or_default();
                self.text("message", said, Voice::Sentence, &Place::ResponseBody(0..said.len()));
            }
            Some(_) => {}
        }
        let mut pairs: Vec<Pair> = Vec::new();
        for statement in self.found.iter().skip(before) {
            if !pairs.contains(&statement.pair) {
                pairs.push(statement.pair);
            }
        }
        if pairs.len() > MOST_PAIRS {
            self.found.truncate(before);
        }
    }

    /// A title that only says in other words what the status says is explained by what follows.
    fn generalize(&mut self, before: usize) {
        let says_status = |statement: &Statement| statement.pair == Pair { subject: Subject::Permission, fault: Fault::Denied };
        if self.found.len() == before + 1
            && let Some(statement) = self.found.pop_if(|statement| says_status(statement))
        {
            self.general.get_or_insert(statement);
        }
    }

    fn leaves(&mut self, leaves: Vec<Leaf<'_>>) {
        for leaf in leaves {
            let place = Place::ResponseBody(leaf.span);
            if leaf.is_flag {
                self.identifier(&leaf.name, Voice::Member, &place, false);
            } else {
                self.text(&leaf.name, &leaf.text, Voice::Sentence, &place);
            }
        }
    }

    fn parameters(&mut self, query: &str, place: &Place) {
        for leaf in leaves::of_parameters(query) {
            if matches!(&*leaf.text, "" | "1" | "true") {
                self.identifier(&leaf.name, Voice::Parameter, place, false);
            } else {
                self.text(&leaf.name, &leaf.text, Voice::Parameter, place);
            }
        }
    }

    fn text(&mut self, name: &str, text: &str, voice: Voice, place: &Place) {
        let text = text.trim();
        // What RFC 6749 and its like define is decided by structure, not by its words.
        let is_phrase = text.trim_end_matches(['.', '!']).eq_ignore_ascii_case(self.phrase);
        if text.is_empty() || is_phrase || text.len() > limits::STATEMENT_TEXT || errors::find(text).is_some() {
            return;
        }
        // An envelope that carries the answer as a text.
        if text.starts_with("{\"") {
            for leaf in leaves::of_json(text, false).into_iter().filter(|leaf| !leaf.is_flag) {
                self.text(&leaf.name, &leaf.text, voice, place);
            }
            return;
        }
        if voice == Voice::Sentence && text.eq_ignore_ascii_case(phrase(FORBIDDEN)) {
            // HTTP's own word for it beside another status: whoever asks is known (RFC 9110 15.5.4).
            self.add(Subject::Permission, Fault::Denied, false, Voice::Identifier, place);
        } else if is_identifier(text) && voice != Voice::Page {
            let voice = if voice == Voice::Sentence { Voice::Identifier } else { voice };
            self.identifier(text, voice, place, leaves::is_telling(name));
        } else {
            self.sentence(text, voice, place);
        }
    }

    fn identifier(&mut self, text: &str, voice: Voice, place: &Place, may_leave_out: bool) {
        self.guard(text, voice, place);
        // That something failed is no word on what bore it, unless that is all that was asked.
        let may_leave_out = may_leave_out && (self.borne == Some(Subject::Password) || !names_no_more_than_failure(text));
        for clause in words::clauses(type_name(text)) {
            let Some(said) = vocabulary::read(&clause).filter(|said| said.strange <= STRANGE_IN_IDENTIFIER) else { continue };
            let subject = said.subject.or(self.borne.filter(|_| may_leave_out && said.strange == 0));
            if let Some((subject, fault)) = subject.zip(said.fault) {
                self.add(subject, fault, said.is_general, voice, place);
            }
        }
    }

    /// A type of error that is called after a guard of forms says what became of it.
    fn guard(&mut self, text: &str, voice: Voice, place: &Place) {
        let Some(stem) = ["Error", "Exception"].iter().find_map(|end| type_name(text).strip_suffix(end)) else { return };
        let said = words::clauses(&format!("{stem}Invalid")).iter().find_map(vocabulary::read);
        if said.is_some_and(|said| said.subject == Some(Subject::ForgeryToken) && said.strange == 0) {
            self.add(Subject::ForgeryToken, Fault::Wrong, false, voice, place);
        }
    }

    fn sentence(&mut self, text: &str, voice: Voice, place: &Place) {
        let mut said_here: Vec<(Subject, Fault, bool)> = Vec::new();
        for clause in words::clauses(text).iter().filter(|clause| !clause.asks && clause.length() <= WORDS_IN_CLAUSE) {
            let Some(said) = vocabulary::read(clause) else { continue };
            if let Some((subject, fault)) = said.subject.zip(said.fault) {
                said_here.push((subject, fault, said.is_general));
            }
        }
        // Too many attempts are why an account was locked, and say less.
        if said_here.iter().any(|(subject, fault, _)| (*subject, *fault) == (Subject::Account, Fault::Locked)) {
            said_here.retain(|(subject, fault, _)| (*subject, *fault) != (Subject::Rate, Fault::TooMany));
        }
        for (subject, fault, is_general) in &said_here {
            self.add(*subject, *fault, *is_general, voice, place);
        }
        if said_here.is_empty()
            && text.chars().count() <= sentences::LONGEST
            && let Some(pair) = sentences::read(text)
        {
            self.add(pair.subject, pair.fault, false, voice, place);
        }
    }

    fn add(&mut self, subject: Subject, fault: Fault, is_general: bool, voice: Voice, place: &Place) {
        // "Invalid code" at a form for one is a second factor's; an authorization code has its own request.
        let subject = match (subject, self.borne) {
            (Subject::SecondFactor, Some(Subject::Code)) => Subject::Code,
            _ => subject,
        };
        let statement = Statement { pair: Pair { subject, fault }, voice, place: place.clone() };
        if is_general {
            self.general.get_or_insert(statement);
            return;
        }
        let is_known = self.found.iter().any(|known| known.pair == statement.pair && known.voice >= voice);
        if !is_known && self.found.len() < limits::STATEMENTS {
            self.found.push(statement);
        }
    }
}

/// Whether an identifier is how programs call any failure of theirs.
fn names_no_more_than_failure(text: &str) -> bool {
    ["error", "fail", "failed", "failure"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The name of a type without the package that it stands in: `org.app.security.BadCredentialsException`.
fn type_name(text: &str) -> &str {
    let name = text.rsplit('.').next().unwrap_or_default();
    let is_type = name.starts_with(char::is_uppercase) && text.matches('.').count() >= 2 && !text.contains(' ');
    if is_type { name } else { text }
}

/// What the request bore, the most special first.
fn borne(exchange: &Exchange, facts: &Facts) -> Option<Subject> {
    match facts.purpose {
        Purpose::SignIn => return Some(Subject::Password),
        Purpose::Refresh => return Some(Subject::RefreshToken),
        Purpose::Callback | Purpose::Token => return Some(Subject::Code),
        _ => {}
    }
    // What is not there is what was asked for.
    if matches!(exchange.status(), 404 | 410) {
        return None;
    }
    let bears = |scheme| facts.credentials.as_ref().is_some_and(|credentials| credentials.is(scheme));
    if bears("bearer") || bears("dpop") {
        Some(Subject::Token)
    } else if bears("basic") || bears("digest") {
        Some(Subject::Password)
    } else if exchange.sent("x-api-key").is_some() {
        Some(Subject::ApiKey)
    } else {
        (!facts.cookies.is_empty()).then_some(Subject::Session)
    }
}

/// The status that refuses whoever is known.
const FORBIDDEN: u16 = 403;

/// What HTTP calls a status that refuses (RFC 9110 15.5).
const fn phrase(status: u16) -> &'static str {
    match status {
        400 => "bad request",
        401 => "unauthorized",
        FORBIDDEN => "forbidden",
        _ => "",
    }
}

fn asks_for_password(html: &str) -> bool {
    ["type=\"password\"", "type='password'", "type=password"]
        .iter()
        .any(|field| memchr::memmem::find(html.as_bytes(), field.as_bytes()).is_some())
}

/// Whether a text was made for programs: one word in letters, digits and what joins them.
fn is_identifier(text: &str) -> bool {
    text.len() <= 80
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:".contains(&byte))
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    fn page(shown: &str) -> String {
        format!(
            "~ kind document\n> POST https://app.test/user/login\n> Content-Type: application/x-www-form-urlencoded\n>\n\
             > name=alice&pass=wonder\n< 200 OK\n< Content-Type: text/html\n<\n< {shown}\
             <form method=post><input name=name><input type=password name=pass></form>\n"
        )
    }

    #[test]
    fn a_title_that_says_what_the_status_says_is_explained_by_a_long_text() {
        let refused = |text: &str| {
            format!(
                "~ kind document\n> POST https://app.test/in\n> Cookie: s={{secret s 30}}\n> Content-Type: application/x-www-form-urlencoded\n>\n> _token=x&username=a&password=b\n< 403 Forbidden\n< Content-Type: text/html\n<\n< <title>Permission Denied</title><h1>Permission denied</h1><p>{text}</p>\n"
            )
        };
        let help = "These tips help developers of this site. ".repeat(20);
        reports("csrf-rejected", &refused(&format!("A valid CSRF token wasn&#39;t present. {help}")));
        is_silent("csrf-rejected", &refused(&help));
    }

    #[test]
    fn messages_for_scripts_are_said_and_tables_of_messages_are_not() {
        let data = |json: &str| page(&format!("<title>Connexion</title><script type=\"application/json\">{json}</script>"));
        reports("account-locked", &data("{\"opts.messages\":[{\"warning\":[\"Votre compte est bloqué\"]}]}"));
        let table = "{\"messages\":{\"locked\":\"Your account is locked\",\"expired\":\"Your session has expired\"}}";
        is_silent("account-locked", &data(table));
        is_silent("session-expired", &data(table));
    }

    #[test]
    fn a_refusal_is_read_where_it_is_wrapped_and_not_where_it_speaks_of_things() {
        let call = |status: &str, answer: &str| {
            format!(
                "~ kind fetch\n> POST https://app.test/x\n> Cookie: sid={{secret s 30}}\n< {status}\n< Content-Type: application/json\n<\n< {answer}\n"
            )
        };
        let said = |status: &str, answer: &str| crate::session::testing::session(&call(status, answer)).records()[0].facts.statements.len();
        assert_eq!(said("500 x", "{\"Body\":{\"Fault\":{\"Reason\":{\"Text\":\"token expired\"}}},\"ns\":\"urn:a\"}"), 1);
        for (status, answer) in [
            ("404 x", "{\"context\":{\"token\":{\"message\":\"token expired\"}}}"),
            ("403 x", "{\"code\":\"E17\",\"request\":{\"filter\":{\"message\":\"session expired\"}}}"),
            ("403 x", "{\"account\":{\"features\":{\"account_locked\":true}}}"),
        ] {
            assert_eq!(said(status, answer), 0, "{answer}");
        }
    }

    #[test]
    fn a_page_may_begin_as_xml() {
        let said = "<h1>Fault</h1><p>The password is incorrect.</p>";
        let page = |prologue: &str| format!("<?xml version=\"1.0\"?>{prologue}<body>{said}</body>");
        let refused = |media: &str, content: &str| {
            format!(
                "> POST https://a.test/login\n>\n> user=a&password=b\n< 500 Internal Server Error\n< Content-Type: {media}\n<\n< {content}\n"
            )
        };
        reports("wrong-credentials", &refused("text/html", &page("")));
        reports("wrong-credentials", &refused("application/xml", &page("<!DOCTYPE html><html>")));
    }

    #[test]
    fn that_something_failed_says_nothing_of_the_session() {
        let call = |status: &str| {
            format!(
                "~ kind fetch\n> GET https://files.test/shares\n> Cookie: sid={{secret s 30}}\n< 403 Forbidden\n< Content-Type: application/json\n<\n< {{\"ocs\":{{\"meta\":{{\"status\":\"{status}\",\"message\":\"Sharing is off\"}}}}}}\n"
            )
        };
        let said = |status: &str| crate::session::testing::session(&call(status)).records()[0].facts.statements.len();
        assert_eq!((said("failure"), said("session_expired")), (0, 1));
    }

    #[test]
    fn a_heading_gives_way_to_what_explains_it() {
        let explained = "<h1>Falha no login</h1><p>Houve várias tentativas. Esta conta está temporariamente bloqueada.</p>";
        reports("account-locked", &page(explained));
        reports("wrong-credentials", &page("<h1>Falha no login</h1><p>Tente mais tarde.</p>"));
        reports("wrong-credentials", &page("<h1>Anmeldung fehlgeschlagen</h1><p>Bitte melden Sie sich erneut an.</p>"));
    }
}
