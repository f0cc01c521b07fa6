//! Where products say why a login failed: in contents, in fields, in what a redirect carries.

use std::sync::LazyLock;

use super::{Failure, Record, Session};
use crate::data;
use crate::facts::Purpose;
use crate::facts::statements::{self, Claim, Fault, Subject};
use crate::place::Place;
use crate::products;
use crate::products::statement::{Index, Statement};

/// What a product says of a failed login, by the dated tables of its codes and phrases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The id of the cause that it names.
    pub cause: &'static str,
    /// The product that words it so.
    pub product: &'static str,
    /// Whether only a sentence says so, which may be worded in passing, and no code.
    pub in_words: bool,
    /// Position of the exchange in the session.
    pub at: usize,
    /// Where in it.
    pub place: Place,
}

/// Response fields in which products say why, in lower case. From their documentation; checked 2026-11-21.
const FIELDS: [&str; 14] = [
    "www-authenticate",
    "location",
    "server",
    "cf-mitigated",
    "x-amzn-errortype",
    "x-amzn-waf-action",
    "x-auth-error",
    "x-error",
    "x-error-message",
    "x-error-reason",
    "x-github-otp",
    "x-ms-wwa-status",
    "x-reason",
    "x-squid-error",
];

/// Pages after a refused sign-in that may show its message.
const PAGES_AFTER: usize = 3;

/// A text that names more causes than this lists its messages for later use.
const MOST_CAUSES: usize = 4;

fn is_list(statements: &[Statement]) -> bool {
    let mut causes: Vec<&str> = Vec::new();
    for statement in statements {
        if !causes.contains(&statement.cause) {
            causes.push(statement.cause);
        }
    }
    causes.len() > MOST_CAUSES
}

/// Whether a page of a provider that answers 200 is an error page: Microsoft Entra's names a code.
#[must_use]
pub fn names_provider_error(text: &str) -> bool {
    const CODE: &str = "AADSTS";
    let is_code = |at: usize| text.as_bytes().get(at + CODE.len()).is_some_and(u8::is_ascii_digit);
    memchr::memmem::find_iter(text.as_bytes(), CODE).any(is_code)
}

/// The codes and phrases of all products.
static INDEX: LazyLock<Index> = LazyLock::new(|| Index::of(data::products()));

/// Whether a product says in the content of an answer why a login failed.
#[must_use]
pub fn give_reason(session: &Session, record: &Record) -> bool {
    gives_reason_that(session, record, |_| true)
}

/// Whether a product names a cause of that kind there.
#[must_use]
pub fn gives_reason_that(session: &Session, record: &Record, is_wanted: impl Fn(&str) -> bool) -> bool {
    let names = || INDEX.find(record.exchange.response_text()).iter().any(|statement| is_wanted(statement.cause));
    !session.overlooks_products() && names()
}

/// What products say of a failed login: in its exchange, in those that belong to it, and on the
/// page that a refused sign-in leads to.
#[must_use]
pub fn said(session: &Session, failure: &Failure) -> Vec<Stated> {
    let mut said = Vec::new();
    let of_failure = || std::iter::once(failure.at).chain(failure.with.iter().copied());
    for at in of_failure() {
        in_step(session, at, &mut said);
    }
    // A page to which a login led answers it; one to which somebody was sent who asked for another may say why, and has
    // remarks for everybody besides.
    let (attempts, askings): (Vec<usize>, Vec<usize>) = of_failure().partition(|at| session.record(*at).is_some_and(is_attempt));
    let mut seen: Vec<usize> = of_failure().collect();
    for (steps, is_answer) in [(attempts, true), (askings, false)] {
        for at in steps.into_iter().flat_map(|at| pages_after(session, at)) {
            if !seen.contains(&at) {
                seen.push(at);
                on_page(session, at, is_answer, &mut said);
            }
        }
    }
    said
}

/// What is said in an exchange that is part of a failed login.
fn in_step(session: &Session, at: usize, said: &mut Vec<Stated>) {
    let Some(record) = session.record(at) else { return };
    let before = said.len();
    if !session.overlooks_products() {
        in_record(at, record, said);
        // Where somebody tells that too many were wrong, the one that came last may be right.
        said.retain(|stated| stated.at != at || stated.cause != "wrong-credentials" || !counts_attempts(record, &stated.place));
    }
    // A product's own code says more than the words beside it.
    if said.len() == before {
        said.extend(record.facts.statements.iter().filter_map(|statement| stated(at, statement)));
    }
}

/// Whether a place lies in what says that too many passwords or codes were wrong.
fn counts_attempts(record: &Record, place: &Place) -> bool {
    let Place::ResponseBody(span) = place else { return false };
    let is_count = |statement: &&statements::Statement| {
        statement.pair.fault == Fault::TooMany && matches!(statement.pair.subject, Subject::Password | Subject::SecondFactor)
    };
    let holds = |statement: &statements::Statement| matches!(&statement.place, Place::ResponseBody(said) if said.start <= span.start && span.end <= said.end);
    record.facts.statements.iter().filter(is_count).any(holds)
}

/// What is said on a page to which a step led: of anything where that was a login, else of whoever asks.
fn on_page(session: &Session, at: usize, is_answer: bool, said: &mut Vec<Stated>) {
    if is_answer {
        in_step(session, at, said);
    }
    let Some(record) = session.record(at) else { return };
    let is_read = is_answer && !record.facts.statements.is_empty();
    if record.facts.purpose != Purpose::Page || is_read || said.iter().any(|stated| stated.at == at) {
        return;
    }
    let is_of_asking = |statement: &&statements::Statement| {
        is_answer || matches!(statement.pair.subject, Subject::Permission | Subject::Session | Subject::Token | Subject::Address)
    };
    let landing = statements::of_refusal(&record.exchange);
    said.extend(landing.iter().filter(is_of_asking).filter_map(|statement| stated(at, statement)));
}

/// Whether something was sent that an answer can be about.
const fn is_attempt(record: &Record) -> bool {
    matches!(record.facts.purpose, Purpose::SignIn | Purpose::Callback)
}

/// Where a step of a login leads.
fn pages_after(session: &Session, at: usize) -> Vec<usize> {
    // A page that somebody is turned away from may lead to one that says why.
    let leads_on = session
        .record(at)
        .is_some_and(|record| is_attempt(record) || record.redirects_to_sign_in() && record.facts.purpose == Purpose::Page);
    let chain = if leads_on { session.redirect_chain(at) } else { Vec::new() };
    chain.into_iter().skip_while(|other| *other != at).skip(1).take(PAGES_AFTER).collect()
}

fn stated(at: usize, statement: &statements::Statement) -> Option<Stated> {
    let Claim::Cause(cause) = statements::claim(statement.pair) else { return None };
    // What stands in a challenge is made for programs as a whole.
    let in_words = !statement.voice.is_for_programs() && !matches!(statement.place, Place::Received("www-authenticate", _));
    Some(Stated { cause, product: "the application", in_words, at, place: statement.place.clone() })
}

fn in_record(at: usize, record: &Record, said: &mut Vec<Stated>) {
    let exchange = &record.exchange;
    let asked = [exchange.url.query().unwrap_or_default(), exchange.request.body.as_ref().map_or("", |body| &body.text)];
    if let Some((cause, span)) = products::login_error(asked, exchange.response_text()) {
        said.push(Stated { cause, product: "Synology DSM", in_words: false, at, place: Place::ResponseBody(span) });
    }
    let mut look = |text: &str, place: &dyn Fn(std::ops::Range<usize>) -> Place| {
        let statements: Vec<Statement> = INDEX
            .find(text)
            .into_iter()
            .filter(|found| !names_an_element(text, found.span.start) && !is_denied_flag(text, found.span.end))
            .collect();
        for statement in statements.iter().filter(|_| !is_list(&statements)) {
            said.push(Stated {
                cause: statement.cause,
                product: statement.product,
                in_words: false,
                at,
                place: place(statement.span.clone()),
            });
        }
    };
    look(exchange.response_text(), &Place::ResponseBody);
    if let Some(response) = &exchange.response {
        for name in FIELDS {
            for (nth, value) in response.fields.all(name).enumerate() {
                look(value, &|_| Place::Received(name, nth));
            }
        }
    }
    if record.facts.purpose == Purpose::Callback {
        for text in [exchange.url.query(), exchange.url.fragment()].into_iter().flatten() {
            look(text, &|_| Place::Target);
        }
        if let Some(body) = &exchange.request.body {
            look(&body.text, &Place::RequestBody);
        }
    }
}

/// Attributes by which a page names its elements and what belongs to them: what they are called is no message.
const NAMES: [&str; 6] = ["class", "for", "href", "id", "name", "src"];

/// Whether what ends there is the name of a member that is not so: `"account_locked": false`.
fn is_denied_flag(text: &str, end: usize) -> bool {
    let after = text.get(end..).and_then(|rest| rest.strip_prefix('"')).and_then(|rest| rest.trim_start().strip_prefix(':'));
    after.is_some_and(|value| ["false", "null", "0"].iter().any(|no| value.trim_start().starts_with(no)))
}

/// Whether a place in a page lies in the name of one of its elements.
fn names_an_element(text: &str, at: usize) -> bool {
    let before = text.get(..at).filter(|_| text.trim_start().starts_with('<')).unwrap_or_default();
    let tag = before.rfind('<').and_then(|from| before.get(from..)).filter(|tag| !tag.contains('>'));
    let attribute = tag.and_then(|tag| tag.rsplit_once('=')).and_then(|(name, _)| name.trim_end().rsplit(char::is_whitespace).next());
    attribute.is_some_and(|attribute| NAMES.iter().any(|name| attribute.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const LOGIN: &str = "> POST https://app.test/login\n>\n> user=a&password=b\n";
    const ID: &str = "account-disabled";

    #[test]
    fn reads_contents_fields_redirects_and_callbacks() {
        reports(ID, &format!("{LOGIN}< 403 Forbidden\n<\n< This account is disabled.\n"));
        reports(ID, &format!("{LOGIN}< 403 Forbidden\n< X-Error-Message: account is disabled\n"));
        reports(ID, &format!("{LOGIN}< 302 Found\n< Location: /login?error=account_disabled\n"));
        reports(
            ID,
            "> GET https://app.test/callback?error=access_denied&error_description=AADSTS50057%3a+Disabled&state=s\n< 401 Unauthorized\n",
        );
        reports(
            ID,
            "> POST https://app.test/callback\n>\n> error=access_denied&error_description=AADSTS50057%3a+Disabled&state=s\n< 401 Unauthorized\n",
        );
    }

    #[test]
    fn who_counts_wrong_passwords_says_that_the_account_is_shut() {
        let login =
            |says: &str| format!("{LOGIN}< 200 OK\n< Content-Type: application/json\n<\n< {{\"status\":\"error\",\"msg\":\"{says}\"}}\n\n");
        let wrong = login("Incorrect password, 1 try left");
        reports("wrong-credentials", &wrong);
        for shut in ["You typed a wrong password too many times, come back in 10 minutes", "The password was incorrect too many times"] {
            reports("account-locked", &login(shut));
            // What stands in the way now counts.
            reports("account-locked", &(wrong.repeat(2) + &login(shut)));
        }
        for not_yet in
            ["Wrong password. Too many attempts will lock it.", "Wrong password. After too many wrong passwords you will be locked out"]
        {
            is_silent("account-locked", &login(not_yet));
        }
        reports("rate-limited", &login("Too many attempts, slow down"));
    }

    #[test]
    fn what_a_page_calls_its_elements_says_nothing() {
        let page = |alert: &str| format!("{LOGIN}< 403 Forbidden\n< Content-Type: text/html\n<\n< <html><body>{alert}</body></html>\n");
        is_silent("wrong-credentials", &page("<div id=\"invalid_credentials\" class='alert'>Ask at the desk</div>"));
        reports("wrong-credentials", &page("<div id=\"alert\" data-code=\"invalid_credentials\">Ask at the desk</div>"));
    }

    #[test]
    fn a_member_that_is_not_so_says_nothing() {
        let answer = |is_so: &str| format!("{LOGIN}< 403 Forbidden\n<\n< {{\"features\":{{\"account_disabled\": {is_so}}}}}\n");
        is_silent(ID, &answer("false"));
        is_silent(ID, &answer("null"));
    }

    #[test]
    fn remarks_on_a_login_page_are_for_everybody() {
        let session = "~ kind document\n> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /orders\n< Set-Cookie: sid={secret s 30}; HttpOnly\n\n\
            ~ kind document\n> GET https://app.test/orders\n> Cookie: sid={secret s 30}\n< 200 OK\n\n@ 45m\n\
            ~ kind document\n> GET https://app.test/orders\n> Cookie: sid={secret s 30}\n< 302 Found\n< Location: /login\n\n";
        for remark in
            ["Account locked? Call the help desk.", "Your password has expired? Reset it here.", "Accounts are disabled after 90 days."]
        {
            let page =
                format!("~ kind document\n> GET https://app.test/login\n< 200 OK\n< Content-Type: text/html\n<\n< <p>{remark}</p>\n");
            let diagnosis = crate::causes::testing::diagnose(&format!("{session}{page}"));
            assert_eq!(diagnosis.failures[0].causes[0].id, "session-expired", "{remark}");
        }
    }

    #[test]
    fn a_list_of_messages_says_nothing() {
        let list = "account is disabled / account is locked / password expired / mfa_required / invalid api key";
        is_silent(ID, &format!("{LOGIN}< 403 Forbidden\n<\n< {list}\n"));
    }
}
