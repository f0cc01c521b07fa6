use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::tokens::speaks_of_expiry;
use crate::causes::windows::was_let_in;
use crate::declare_cause;
use crate::facts::messages::MessageKind;
use crate::facts::negotiation::{Negotiation, is_windows_scheme};
use crate::facts::parameters::Parameters;
use crate::facts::statements::{Statement, Subject};
use crate::facts::{Challenge, Purpose, may_be_of_the_servers_own_login};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};
use crate::syntax::form::is_password_name;
use crate::syntax::ntlm;

declare_cause! {
    /// The credentials are well formed and of the kind that the server asked for, and the server
    /// refuses them: the user name or the password is wrong, or the account is not known here.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/private/
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff"
    ///
    /// > GET https://app.example.test/private/
    /// > Authorization: {basic alice:wrong}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Basic realm="staff"
    /// ```
    WrongCredentials {
        id: "wrong-credentials",
        family: "credentials",
        side: Client,
        stage: Refused,
        title: "The server knows these credentials and rejects them",
        recognised: "Well-formed credentials of the challenged scheme are answered by the same challenge again, or a login form's submission by an 'invalid credentials' answer or by the form once more.",
        remedies: [
            (User, "Check the user name and type the password again; if you are sure of both, reset the password or ask whether your account exists here.", "The login succeeds."),
            (Developer, "Check that the client sends the credentials of this environment, unchanged: no test password, no trimmed or re-encoded text.", "A known good account logs in through the same request."),
            (Administrator, "Look the user up in the server's account store, and check that this path uses the store you expect.", "The server's log shows the reason for this user and moment."),
        ],
        references: [("RFC 9110 15.5.2: 401 after credentials were sent", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"), ("RFC 7617: Basic", "https://www.rfc-editor.org/rfc/rfc7617")],
    }
}

impl Cause for WrongCredentials {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        // At a token endpoint it is the client that is refused, or its code.
        if case.failure.kind != FailureKind::Refused || matches!(case.facts().purpose, Purpose::Token | Purpose::Refresh) {
            return None;
        }
        match case.facts().purpose {
            Purpose::SignIn => sign_in(case),
            // A product names another reason.
            _ if case.statements.iter().any(|stated| stated.cause != META.id) => None,
            _ => challenged(case),
        }
    }
}

/// Credentials answered by the challenge that asked for them.
fn challenged(case: &Case<'_>) -> Option<Finding> {
    let facts = case.facts();
    // Of Windows login only the last message of NTLM bears a password's proof.
    let credentials = facts.credentials.as_ref().filter(|credentials| !is_windows_scheme(&credentials.scheme) || proves_password(case))?;
    let challenge = facts.challenge(&credentials.scheme)?;
    let is_stale = challenge.param("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true"));
    if !case.is_denied() || !credentials.violations.is_empty() || is_stale || is_out_of_its_time(case, challenge) {
        return None;
    }
    let who = credentials.user.as_ref().map_or_else(String::new, |user| format!(" of “{user}”"));
    let realm = challenge.param("realm").filter(|realm| !realm.is_empty()).map_or_else(String::new, |realm| format!(" for “{realm}”"));
    let hidden = credentials.is_hidden();
    // Of a hidden token nothing tells whether it was wrong, old or meant for another.
    if hidden && !(credentials.is("basic") || credentials.is("digest")) {
        return None;
    }
    // A token that tells of itself is refused for something that it tells, or for its signature.
    if facts.token().is_some_and(|token| token.expires().is_some()) {
        return None;
    }
    if case.other_basic_around().is_some() || was_let_in(case).is_some() {
        return None;
    }
    // What a server has just handed out is no stranger's, and an error would say what is wrong with it.
    if challenge.param("error").is_none() && case.issued_here().is_some() {
        return None;
    }
    // RFC 6750 3.1: a token that is no good is answered by an error, its absence by none.
    let is_bare = challenge.is("bearer") && challenge.param("error").is_none();
    let certainty = match (is_bare, facts.statements.iter().any(Statement::says_nothing_came)) {
        (true, true) => Certainty::Possible,
        (true, false) => Certainty::Likely,
        (false, _) if hidden => Certainty::Likely,
        (false, _) => Certainty::Stated,
    };
    let finding = Finding::new(
        &META,
        certainty,
        format!("{} refused the {} credentials{who} and asks again{realm}.", case.host(), credentials.scheme),
    )
    .about(who.clone())
    .shown(
        case.at(),
        credentials.place(),
        if hidden {
            "Credentials of the scheme that the server asks for were sent, and are hidden in this capture."
        } else {
            "These credentials are well formed and of the scheme that the server asks for."
        },
    )
    .shown(case.at(), Place::Received("www-authenticate", challenge.field), "The server answers them by the same challenge again.");
    Some(match case.accepted_elsewhere().next() {
        Some((other, record)) => finding.but(format!(
            "The same credentials were accepted for {} {} (exchange {}).",
            record.exchange.method,
            record.exchange.url.path(),
            case.number(other)
        )),
        None => finding,
    })
}

fn proves_password(case: &Case<'_>) -> bool {
    let sent = Negotiation::of(case.exchange()).and_then(|messages| messages.sent);
    sent.as_ref().and_then(|sent| sent.ntlm()).is_some_and(|message| matches!(message, ntlm::Message::Authenticate(_)))
}

/// A token that has run out, or is said to, is refused for that, and by causes that know tokens.
fn is_out_of_its_time(case: &Case<'_>, challenge: &Challenge) -> bool {
    let now = case.now();
    let token = case.facts().token();
    let is_past = token.and_then(|token| token.expires()).zip(now).is_some_and(|(expires, now)| expires <= now);
    let is_future = token.and_then(|token| token.not_before()).zip(now).is_some_and(|(begins, now)| begins > now);
    let is_another_error = challenge.param("error").is_some_and(|error| error != "invalid_token");
    // A token that was good before is not wrong.
    let was_good =
        || challenge.is("bearer") && case.accepted_elsewhere().any(|(_, record)| record.exchange.started <= case.exchange().started);
    is_past || is_future || is_another_error || was_good() || challenge.param("error_description").is_some_and(speaks_of_expiry)
}

/// A submitted login form, or a password grant, that was answered by a refusal.
fn sign_in(case: &Case<'_>) -> Option<Finding> {
    let status = case.exchange().status();
    let stated = case.stated(META.id).map(|stated| (stated.at, stated.place.clone())).or_else(|| refused_grant(case));
    // Of a call that is a login by what it opens, nobody knows what it sends: a number and a code, perhaps.
    let summary = if case.session.is_login_by_what_it_opens(case.at()) {
        format!("{} refused what {} sent to log in.", case.host(), case.request())
    } else {
        format!("{} refused the name and password that {} submitted.", case.host(), case.request())
    };
    let names_another = case.statements.iter().any(|stated| stated.cause != "insufficient-permissions");
    // What is done about it tells what was wrong, whatever the answer says.
    if let Some(finding) = (!names_another).then(|| corrected(case, &summary)).flatten() {
        return Some(finding);
    }
    // Of somebody whom it does not know yet a server does not know what they may do.
    let is_nobody = || status == 401 && !names_another && case.session.asks_as_visitor(case.at(), case.record);
    if case.stated(META.id).is_none() && !case.statements.is_empty() && !is_nobody() {
        // A product names another reason.
        return None;
    }
    // Where the answer speaks of the session, nobody looked at the password.
    let is_of_session =
        |statement: &Statement| matches!(statement.pair.subject, Subject::Session | Subject::Cookie | Subject::ForgeryToken);
    if stated.is_none()
        && status < 400
        && case.facts().statements.iter().any(|statement| is_of_session(statement) && !statement.says_nobody_asks())
    {
        return None;
    }
    match (status, stated) {
        (200..=500, Some((said_at, place))) => {
            let is_in_words = case.stated(META.id).is_some_and(|stated| stated.in_words);
            // A server that fails may speak of a password of its own.
            let certainty = match is_in_words || status == 500 {
                _ if may_be_of_the_servers_own_login(case.exchange(), &place) => Certainty::Possible,
                true => Certainty::Likely,
                false => Certainty::Stated,
            };
            Some(Finding::new(&META, certainty, summary).shown(said_at, place, "The answer says that the credentials are invalid."))
        }
        (401, None) => Some(Finding::new(&META, Certainty::Likely, summary).shown(
            case.at(),
            Place::Status,
            "A submitted password is answered by 401.",
        )),
        (200..=299, None) if case.record.answers_without_login() => {
            let summary = format!("{} answered {} with a word, and with nothing that could carry a login.", case.host(), case.request());
            let finding = Finding::new(&META, Certainty::Likely, summary).shown(case.at(), Place::Target, "The password was sent here.");
            let said = Place::ResponseBody(0..case.exchange().response_text().len());
            Some(finding.shown(case.at(), said, "The answer sets no cookie and holds no token."))
        }
        (200..=299 | 400 | 403 | 422, None) if case.record.shows_sign_in_form() => Some(
            Finding::new(&META, Certainty::Possible, format!("{} showed the login form again after {}.", case.host(), case.request()))
                .shown(case.at(), Place::Target, "The form was submitted here.")
                .shown(case.at(), Place::Status, "The answer is a page that asks for the password again.")
                .next("Read the message on the page: it may name another reason."),
        ),
        (300..=399, None) => Some(
            Finding::new(
                &META,
                Certainty::Possible,
                format!("{} sent the browser back to the login page after {}.", case.host(), case.request()),
            )
            .shown(case.at(), Place::Received("location", 0), "The answer to the submitted form leads to the login page.")
            .next("Read the message on the login page: it may name another reason."),
        ),
        _ => None,
    }
}

/// The same form, sent again a moment later with only the password changed, is let through. By 400 and
/// 422 a form's fields are refused, also those of a sign-up.
fn corrected(case: &Case<'_>, summary: &str) -> Option<Finding> {
    if !matches!(case.exchange().status(), 401 | 403) {
        return None;
    }
    let sent = Parameters::of(case.exchange()).content.pairs;
    let is_soon = |record: &Record| record.exchange.started.since(case.exchange().started) <= AGAIN;
    let is_same_form = |record: &Record| {
        let again = Parameters::of(&record.exchange).content.pairs;
        let mut changed = sent.iter().zip(&again).filter(|(before, now)| before.value != now.value);
        let is_password = changed.next().is_some_and(|(before, _)| is_password_name(&before.name)) && changed.next().is_none();
        sent.len() > 1 && sent.len() == again.len() && sent.iter().zip(&again).all(|(before, now)| before.name == now.name) && is_password
    };
    let again = |record: &Record| {
        record.facts.purpose == Purpose::SignIn
            && record.exchange.url == case.exchange().url
            && record.was_accepted()
            && is_same_form(record)
    };
    let (at, _) = case.later().take_while(|(_, record)| is_soon(record)).find(|(_, record)| again(record))?;
    let finding = Finding::new(&META, Certainty::Likely, summary).shown(case.at(), Place::Status, "The form is refused.");
    Some(finding.shown(at, Place::Status, "With another password it is let through."))
}

/// Milliseconds within which somebody types a password once more.
const AGAIN: i64 = 120_000;

/// RFC 6749 5.2: `invalid_grant` answers a password grant whose credentials are not valid.
fn refused_grant(case: &Case<'_>) -> Option<(usize, Place)> {
    let messages = &case.facts().messages;
    let has = |kind, name, value| messages.iter().any(|message| message.kind == kind && message.param(name) == Some(value));
    let is_refused = has(MessageKind::TokenRequest, "grant_type", "password") && has(MessageKind::TokenError, "error", "invalid_grant");
    let span = case.exchange().response_text().find("invalid_grant").filter(|_| is_refused)?;
    Some((case.at(), Place::ResponseBody(span..span + "invalid_grant".len())))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "wrong-credentials";

    #[test]
    fn a_login_that_is_answered_by_a_word_alone_was_refused() {
        let login = |more: &str, text: &str| {
            format!("~ kind fetch\n> POST https://box.test/api/v2/auth/login\n>\n> username=a&password=b\n< 200 OK\n{more}<\n< {text}\n")
        };
        reports(ID, &login("", "Fails."));
        is_healthy(&login("< Set-Cookie: SID={secret s 30}; HttpOnly\n", "Ok."));
        is_healthy(&login("", "{secret t 40}"));
        is_healthy(&login("", "").replace("200 OK", "204 No Content"));
    }

    #[test]
    fn what_is_let_through_with_another_password_had_a_wrong_one() {
        let login = |password: &str, answer: &str| {
            format!(
                "~ kind xhr\n> POST https://print.test/api/login\n> Content-Type: application/json\n>\n> {{\"user\":\"kurt\",\"pass\":\"{password}\"}}\n< {answer}\n\n"
            )
        };
        let refused = "403 Forbidden\n<\n< {\"error\":\"You don't have the permission to do this\"}";
        let enters = "200 OK\n< Set-Cookie: sid={secret s 30}; HttpOnly";
        reports(ID, &(login("a", refused) + &login("b", enters)));
        is_silent(ID, &(login("a", refused) + &login("a", enters)));
        // Another name, another address, much later, or fields that were not in order.
        is_silent(ID, &(login("a", refused) + &login("b", enters).replace("kurt", "ute")));
        is_silent(ID, &(login("a", refused) + &login("b", enters).replace("/api/login", "/api/v2/login")));
        is_silent(ID, &(login("a", refused) + "@ 3m\n" + &login("b", enters)));
        is_silent(ID, &(login("a", &refused.replace("403 Forbidden", "422 Unprocessable Content")) + &login("b", enters)));
        is_silent(ID, &login("a", refused));
    }

    #[test]
    fn reports_a_login_that_the_answer_calls_invalid() {
        reports(
            ID,
            "> POST https://app.test/login\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\"}\n",
        );
    }

    #[test]
    fn reports_a_form_that_is_shown_again() {
        reports(
            ID,
            "> POST https://app.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> user=a&password=b\n< 200 OK\n<\n< <form><input type=\"password\" name=password></form>\n",
        );
    }

    #[test]
    fn a_password_grant_names_it_by_code() {
        reports(
            ID,
            "> POST https://id.test/token\n>\n> grant_type=password&username=a&password=b\n< 400 Bad Request\n<\n< {\"error\":\"invalid_grant\"}\n",
        );
    }

    #[test]
    fn a_mistyped_password_stays_listed_and_is_recovered() {
        let login = |answer: &str| format!("> POST https://app.test/login\n>\n> user=a&password=b\n< {answer}\n\n");
        let diagnosis = diagnose(&(login("401 Unauthorized") + &login("200 OK")));
        assert_eq!(diagnosis.failures[0].recovered_by, Some(1));
        assert_eq!(diagnosis.failures[0].causes[0].id, ID);
        assert_eq!(diagnosis.verdict, crate::diagnosis::Verdict::Healthy);
    }

    #[test]
    fn passes_over_success_and_other_refusals() {
        is_healthy("> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Location: /home\n");
        is_silent(ID, "> POST https://app.test/login\n>\n> user=a&password=b\n< 429 Too Many Requests\n< Retry-After: 60\n");
        is_silent(ID, "> POST https://app.test/login\n>\n> user=a&password=b\n< 500 Internal Server Error\n");
    }

    #[test]
    fn reports_an_opaque_token_and_credentials_in_the_address() {
        reports(
            ID,
            "> GET https://app.test/\n> Authorization: Bearer {secret t 30}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n",
        );
        assert!(
            reports(ID, "> GET https://alice:wrong@app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n")
                .contains("alice")
        );
    }

    #[test]
    fn passes_over_tokens_whose_own_causes_know_better() {
        is_silent(
            ID,
            "> GET https://app.test/\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n",
        );
    }

    #[test]
    fn passes_over_a_stale_nonce() {
        is_silent(
            ID,
            "> GET https://app.test/\n> Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"/\", response=\"00\"\n< 401 Unauthorized\n< WWW-Authenticate: Digest realm=\"r\", nonce=\"m\", stale=true\n",
        );
    }
}
