use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// Too many wrong passwords were tried for this account, and it is shut for a while, for the right
    /// password as well. Every further attempt may make the pause longer.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/login
    /// > Content-Type: application/json
    /// >
    /// > {"user": "alice", "password": "secret"}
    /// < 423 Locked
    /// < Content-Type: application/json
    /// <
    /// < {"error": "account_locked"}
    /// ```
    AccountLocked {
        id: "account-locked",
        family: "credentials",
        side: SecurityControl,
        stage: Refused,
        title: "The account is locked after failed attempts",
        recognised: "The answer to a login is 423, or bears a code or a sentence by which a known product says that the account is locked; or, after several attempts that were refused alike, the next is answered otherwise. Earlier failed attempts in the session are quoted.",
        remedies: [
            (User, "Wait before the next attempt, or have the account unlocked; then type the password once, with care.", "The next attempt gets another answer."),
            (Developer, "Show people this reason and how long the lock lasts, and never retry a refused login by itself.", "The page names the pause."),
            (Administrator, "Look up which client tried wrong passwords: an old phone or a service with the former password locks accounts again and again.", "The sign-in log shows no further failed attempts."),
        ],
        references: [("Microsoft Entra error codes", "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"), ("RFC 4918 11.3: 423 Locked", "https://www.rfc-editor.org/rfc/rfc4918#section-11.3")],
    }
}

impl Cause for AccountLocked {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let summary = format!("{} says that the account is locked.", case.host());
        let by_status = || {
            let is_locked = case.exchange().status() == 423 && case.facts().purpose == Purpose::SignIn;
            is_locked.then(|| {
                Finding::new(&META, Certainty::Stated, summary.clone()).shown(
                    case.at(),
                    Place::Status,
                    "423 says that something is locked.",
                )
            })
        };
        let by_count = || by_count(case).filter(|_| shut_out(case).is_none());
        let mut finding = stated(case, &META, summary.clone()).or_else(by_status).or_else(by_count)?;
        let is_attempt = |(_, record): &(usize, &Record)| record.facts.purpose == Purpose::SignIn && !record.was_accepted();
        for (earlier, _) in case.earlier().filter(is_attempt).take(SHOWN) {
            finding = finding.shown(earlier, Place::Status, "An earlier attempt failed as well.");
        }
        Some(finding)
    }
}

/// After several attempts that were refused in one way the next is refused in another, which asks for no password
/// any more: whatever the page says, and in whatever language.
fn by_count(case: &Case<'_>) -> Option<Finding> {
    let certainty = stops_asking(case)?;
    let summary = format!("{} stopped asking for the password after several attempts that it had refused.", case.host());
    Some(
        Finding::new(&META, certainty, summary)
            .shown(case.at(), Place::Status, "This attempt is answered otherwise than those before.")
            .next("Read the message on the page, or try again after some minutes."),
    )
}

/// How sure it is that this attempt is answered otherwise than several before it that were answered alike: by another status, or by
/// another content, which may have to do with what was sent.
fn stops_asking(case: &Case<'_>) -> Option<Certainty> {
    let exchange = case.exchange();
    let is_answered_otherwise = case.failure.kind == FailureKind::Refused
        && case.facts().purpose == Purpose::SignIn
        && matches!(exchange.status(), 400 | 403 | 406 | 409 | 422)
        && !case.record.shows_sign_in_form()
        && !case.record.names_forgery()
        && !case.was_intercepted()
        && case.statements.is_empty();
    if !is_answered_otherwise {
        return None;
    }
    let own = answer(case.record);
    let is_attempt = |record: &Record| record.facts.purpose == Purpose::SignIn && record.exchange.url.path() == exchange.url.path();
    let attempts = case.earlier().map(|(_, record)| record).filter(|record| is_attempt(record)).skip_while(|record| answer(record) == own);
    let attempts: Vec<&Record> = attempts.take(ENOUGH).collect();
    let (status, content) = attempts.first().map(|record| answer(record))?;
    let is_refused = |record: &&Record| !record.was_accepted() && record.exchange.status() == status;
    let is_alike = |record: &&Record| answer(record) == (status, content);
    if attempts.len() < ENOUGH || !attempts.iter().all(is_refused) {
        return None;
    }
    match status == exchange.status() {
        false => Some(Certainty::Likely),
        true => (!content.is_empty() && attempts.iter().all(is_alike)).then_some(Certainty::Possible),
    }
}

fn answer(record: &Record) -> (u16, &str) {
    (record.exchange.status(), record.exchange.response_text())
}

/// Position of a request that this origin let through before, without a login, and that it answers since several
/// attempts failed as it answers the login: whoever comes from there is shut out, not an account.
pub fn shut_out(case: &Case<'_>) -> Option<usize> {
    stops_asking(case)?;
    let is_open = |record: &Record| record.was_accepted() && case.session.is_stranger(record);
    let is_shut = |(_, record): &(usize, &Record)| {
        let mut before = case.session.of_request(&record.exchange).back_from(case.at()).at_most(limits::TOKENS, 0);
        record.exchange.status() == case.exchange().status() && before.any(|(_, other)| is_open(other))
    };
    case.later().find(is_shut).map(|(at, _)| at)
}

/// Refused attempts after which servers begin to count.
const ENOUGH: usize = 3;

/// Earlier attempts that are quoted.
const SHOWN: usize = 3;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "account-locked";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn quotes_the_attempts_before() {
        let session =
            login("< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\"}\n").replace("b\n<", "c\n<") + &login("< 423 Locked");
        let diagnosis = diagnose(&session);
        let locked = &diagnosis.failures.last().unwrap().causes[0];
        assert_eq!(locked.id, ID);
        assert_eq!(locked.evidence.len(), 2);
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // Microsoft Entra; Okta; Spring Security; Drupal.
        for body in [
            "AADSTS50053: The account is locked",
            "{\"status\":\"LOCKED_OUT\"}",
            "User account is locked",
            "There have been more than 5 failed login attempts for this account.",
        ] {
            reports(ID, &login(&format!("< 401 Unauthorized\n<\n< {body}")));
        }
    }

    #[test]
    fn counts_where_it_cannot_read() {
        let refused = login("< 200 OK\n<\n< <p>Nei.</p><form><input type=password name=password></form>");
        let stopped = login("< 403 Forbidden\n<\n< <h1>Stengt</h1>");
        reports(ID, &(refused.repeat(4) + &stopped));
        is_silent(ID, &(refused.repeat(2) + &stopped));
        is_silent(ID, &(refused.repeat(4) + &login("< 403 Forbidden\n<\n< <h1>CSRF token missing</h1>")));
        is_silent(ID, &stopped.repeat(5));
        // A code that nobody knows, in the place of another that came each time.
        let code = |code: u32| login(&format!("< 403 Forbidden\n<\n< {{\"state\":{code}}}"));
        reports(ID, &(code(7).repeat(3) + &code(8).repeat(2)));
        is_silent(ID, &(code(7).repeat(2) + &code(8).repeat(2)));
        is_silent(ID, &(code(5) + &code(6) + &code(7) + &code(8)));
    }

    #[test]
    fn passes_over_other_refusals_and_locked_documents() {
        is_silent(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\",\"hint\":\"lock your screen\"}"));
        is_healthy("> PUT https://app.test/files/a\n>\n> x\n< 423 Locked\n");
        is_silent(ID, &login("< 429 Too Many Requests"));
    }
}
