use super::refuses_token;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Fingerprint;
use crate::facts::tokens::Carrier;
use crate::finding::{Certainty, Finding};
use crate::limits;
use crate::place::Place;
use crate::session::{Carries, FailureKind, Record};

declare_cause! {
    /// A newer token had arrived while this request, with the former one, was on its way or was sent
    /// all the same. The server refuses the old one; an application that takes this for the end of the
    /// session throws a good login away.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=authorization_code&code={secret c 30}
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"access_token": "{secret old 40}", "token_type": "Bearer", "refresh_token": "{secret r1 40}"}
    ///
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=refresh_token&refresh_token={secret r1 40}
    /// < 200 OK
    /// < Content-Type: application/json
    /// <
    /// < {"access_token": "{secret new 40}", "token_type": "Bearer", "refresh_token": "{secret r2 40}"}
    ///
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {secret old 40}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    TokenSuperseded {
        id: "token-superseded",
        family: "tokens",
        side: Client,
        stage: TokenUnfit,
        title: "A request still in flight bore the token that was just replaced",
        recognised: "A refused token for which the session had already got its successor, also in an answer's field of the same name, and whose own time was not over; or the former value of a session's cookie, which an answer to a request of the same moment replaced.",
        remedies: [
            (User, "Reload the page; if that asks for a login, log in again.", "The page opens."),
            (Developer, "Hold calls back while a token is renewed, and repeat a refused call once with the new token before giving the session up.", "No call bears the old token after the new one came."),
            (Administrator, "Let the former token live some seconds longer where the provider allows it.", "Calls in flight succeed."),
        ],
        references: [("RFC 6749 6: refreshing an access token", "https://www.rfc-editor.org/rfc/rfc6749#section-6")],
    }
}

impl Cause for TokenSuperseded {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let replaced = if refuses_token(case) { token_replaced(case) } else { session_replaced(case) };
        replaced.or_else(|| field_replaced(case))
    }
}

/// A token for which the session had got its successor.
fn token_replaced(case: &Case<'_>) -> Option<Finding> {
    let seen = case.facts().tokens.iter().find(|seen| seen.carrier == Carrier::Authorization)?;
    let tokens = case.session.tokens();
    let newer = tokens.successor_before(seen.token.fingerprint, case.exchange().ended())?;
    let now = case.now();
    if tokens.end(seen.token.fingerprint, case.at()).zip(now).is_some_and(|(end, now)| end.time <= now) {
        return None;
    }
    Some(came_late(case, newer.at)?.shown(case.at(), Place::Sent("authorization", 0), "This is the one before it."))
}

/// A session in a field of the program's own for which another answer brought a new one.
fn field_replaced(case: &Case<'_>) -> Option<Finding> {
    let is_stranger = case.exchange().status() == 401 || case.says_nobody_asks().is_some();
    let has_run_out = |end| case.now().is_some_and(|now| end <= now);
    if !case.is_denied() || !is_stranger || case.facts().token().and_then(|token| token.expires()).is_some_and(has_run_out) {
        return None;
    }
    let newer = case.session.replaced_in_field(case.at())?;
    let says = format!("{} of this request is the one before it.", newer.name);
    Some(came_late(case, newer.at)?.shown(case.at(), Place::Target, says))
}

/// A request that bears the token before the one that came in that exchange.
fn came_late(case: &Case<'_>, at: usize) -> Option<Finding> {
    let came = case.session.record(at)?.exchange.ended();
    let how = if case.exchange().started < came {
        "was under way with the former token when the new one came"
    } else {
        "still bore the former token after the new one had come"
    };
    let finding = Finding::new(&META, Certainty::Likely, format!("{} {how}.", case.request())).about(came.0.to_string());
    Some(finding.shown(at, Place::Target, "Here came the new token."))
}

/// Of so many answers to a session at most one renews its cookie, where renewing it can harm.
const RARELY: usize = 2;

/// A session whose cookie another answer replaced while this request was under way.
fn session_replaced(case: &Case<'_>) -> Option<Finding> {
    if case.failure.kind != FailureKind::Refused || case.exchange().status() != 401 || case.facts().credentials.is_some() {
        return None;
    }
    let (from, to) = (case.exchange().started, case.exchange().ended());
    let carried = case.facts().cookies.iter().filter(|(name, _)| case.session.carries(case.record, name) > Carries::No);
    carried.into_iter().find_map(|(name, value)| {
        let replaces = |(_, other): &(usize, &Record)| {
            let is_new = |(set, new): &(Box<str>, Fingerprint)| set == name && !new.is_surely(*value);
            other.exchange.started <= to
                && other.exchange.ended() >= from
                && other.was_accepted()
                && !other.facts.purpose.is_login()
                && other.facts.cookie(name).is_some_and(|sent| sent.is_surely(*value))
                && other.facts.set_cookies.iter().any(is_new)
                && other.secrets_set().any(|secret| *secret == **name)
        };
        let (at, other) = case.others().find(replaces)?;
        let bears = |record: &Record| record.facts.cookie(name).is_some() && record.was_accepted();
        let sets = |record: &Record| record.facts.set_cookies.iter().any(|(set, _)| set == name);
        let (bearing, setting) = case
            .others()
            .filter(|(_, record)| bears(record))
            .fold((0, 0), |(all, some), (_, record)| (all + 1, some + usize::from(sets(record))));
        // Where most answers bring a new value, the former ones are taken as well; and so it is where one was.
        let is_taken = |(_, record): (usize, &Record)| {
            record.exchange.started > other.exchange.ended().min(from)
                && bears(record)
                && record.facts.cookie(name).is_some_and(|sent| sent.is_surely(*value))
        };
        // What is refused with the new value as well is refused for something else.
        let is_new = |sent: Fingerprint| other.facts.set_cookies.iter().any(|(set, new)| set == name && new.is_surely(sent));
        let sends_new = |(_, later): &(usize, &Record)| later.facts.cookie(name).is_some_and(is_new);
        let mut again = case.session.of_request(case.exchange()).on_from(case.at()).at_most(0, limits::LOOK_AHEAD).filter(sends_new);
        let is_refused_anew = again.next().is_some_and(|(_, later)| later.exchange.status() == 401);
        if setting > 1 && setting * RARELY > bearing || case.others().any(is_taken) || is_refused_anew {
            return None;
        }
        let nth = other.facts.set_cookies.iter().position(|(set, _)| set == name)?;
        // A server may have replaced the value long before its answer was complete; that it had, nobody sees.
        let (certainty, when) = if to < other.exchange.ended() {
            (Certainty::Possible, "while another request was under way that got a new one")
        } else {
            (Certainty::Likely, "and was under way when a new one came")
        };
        let summary = format!("{} bore the former value of the cookie {name}, {when}.", case.request());
        Some(
            Finding::new(&META, certainty, summary)
                .about(name.to_string())
                .shown(at, Place::Received("set-cookie", nth), "Here came the new value, to a request of the same moment.")
                .shown(case.at(), Place::Sent("cookie", 0), "This is the one before it.")
                .advise(
                    Audience::Developer,
                    format!("Let the server take the former value of {name} for some seconds more, or renew it by requests that go alone."),
                    "Requests of the same moment are all answered.",
                ),
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "token-superseded";

    fn token(grant: &str, issued: &str) -> String {
        format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> {grant}\n< 200 OK\n< Content-Type: application/json\n<\n< {{\"access_token\":\"{{secret {issued} 30}}\",\"token_type\":\"Bearer\",\"refresh_token\":\"{{secret r{issued} 30}}\"}}\n\n"
        )
    }

    fn call(token: &str, status: &str) -> String {
        format!("> GET https://api.test/me\n> Authorization: Bearer {{secret {token} 30}}\n< {status}\n\n")
    }

    fn renewed() -> String {
        token("grant_type=authorization_code&code={secret c 30}", "a")
            + &token("grant_type=refresh_token&refresh_token={secret ra 30}", "b")
    }

    #[test]
    fn tells_a_request_in_flight_from_one_sent_later() {
        assert!(reports(ID, &(renewed() + &call("a", "401 Unauthorized"))).contains("still bore"));
    }

    #[test]
    fn a_session_that_is_renewed_while_another_request_is_under_way() {
        let session = |moment: &str, sets: &str| {
            let call = |path: &str, took: &str, answer: &str| {
                format!("~ kind fetch\n~ took {took}\n> GET https://app.test/{path}\n> Cookie: s={{secret a 40}}\n< {answer}\n\n")
            };
            let login = "~ kind fetch\n> POST https://app.test/login\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n< Set-Cookie: s={secret a 40}; HttpOnly\n\n@ 2026-03-02T01:00:00Z\n";
            format!("{login}{}@ {moment}\n{}", call("one", "400ms", &format!("200 OK{sets}")), call("two", "500ms", "401 Unauthorized"))
        };
        let new = "\n< Set-Cookie: s={secret b 40}; HttpOnly";
        reports(ID, &session("2026-03-02T01:00:00Z", new));
        is_silent(ID, &session("2026-03-02T01:09:00Z", new));
        is_silent(ID, &session("2026-03-02T01:00:00Z", ""));
    }

    #[test]
    fn a_session_in_a_field_that_answers_hand_out_anew() {
        let session = |field: &str, calls: &[(&str, &str, &str, &str)]| {
            let login = format!(
                "~ kind fetch\n> POST https://lager.test/api/enter\n> Content-Type: application/json\n>\n> {{\"user\":\"a\",\"password\":\"b\"}}\n< 200 OK\n< {field}: {{secret a 32}}\n<\n< {{\"ok\":true}}\n\n"
            );
            let call = |(took, sent, status, new): &(&str, &str, &str, &str)| {
                let new = if new.is_empty() { String::new() } else { format!("< {field}: {{secret {new} 32}}\n") };
                format!(
                    "~ kind fetch\n~ took {took}\n> GET https://lager.test/api/bestand/{took}\n> {field}: {{secret {sent} 32}}\n< {status}\n{new}\n"
                )
            };
            login + &calls.iter().map(call).collect::<String>()
        };
        let refused = "401 Unauthorized";
        for field in ["X-Lager-Ticket", "Authorization"] {
            let session = |calls: &[(&str, &str, &str, &str)]| {
                session(field, calls).replace("Authorization: {secret", "Authorization: Bearer {secret")
            };
            let told = reports(ID, &session(&[("2s", "a", "200 OK", "b"), ("4s", "a", refused, "")]));
            assert!(told.contains("under way"), "{told}");
            assert!(reports(ID, &session(&[("100ms", "a", "200 OK", "b"), ("200ms", "a", refused, "")])).contains("still bore"));
            // The same once more, the newest, one that is taken further on, and a session that is over altogether.
            is_silent(ID, &session(&[("2s", "a", "200 OK", "a"), ("4s", "a", refused, "")]));
            is_silent(ID, &session(&[("2s", "a", "200 OK", "b"), ("4s", "b", refused, "")]));
            is_silent(ID, &session(&[("1500ms", "a", "200 OK", "b"), ("4s", "a", refused, ""), ("5s", "a", "200 OK", "")]));
            is_silent(ID, &session(&[("100ms", "a", "200 OK", "b"), ("200ms", "a", refused, ""), ("300ms", "b", refused, "")]));
        }
    }

    #[test]
    fn passes_over_what_the_session_itself_disproves() {
        let login =
            "~ kind fetch\n> POST https://shop.test/in\n>\n> user=a&password=b\n< 200 OK\n< Set-Cookie: k={secret a 40}; HttpOnly\n\n";
        let call = |moment: &str, took: &str, path: &str, cookie: &str, answer: &str| {
            format!(
                "@ 2026-03-02T01:00:{moment}Z\n~ kind fetch\n~ took {took}\n> GET https://shop.test/{path}\n> Cookie: k={{secret {cookie} 40}}\n< {answer}\n\n"
            )
        };
        let (no, new) = ("401 Unauthorized", "200 OK\n< Set-Cookie: k={secret b 40}; HttpOnly");
        let renews = login.to_owned() + &call("00", "400ms", "one", "a", new);
        let refused = call("00", "500ms", "cart", "a", no);
        assert!(reports(ID, &(renews.clone() + &refused)).contains("when a new one came"));
        assert!(reports(ID, &format!("{renews}{refused}{}", call("05", "50ms", "cart", "b", "200 OK"))).contains("when a new one came"));
        // It is refused with the new value too; a later request is taken with the former one.
        is_silent(ID, &format!("{renews}{refused}{}", call("05", "50ms", "cart", "b", no)));
        is_silent(ID, &format!("{renews}{refused}{}", call("00.100", "500ms", "two", "a", "200 OK")));
        // Whose refusal was complete before, was not under way when the new one came.
        let early = reports(ID, &(renews + &call("00", "20ms", "cart", "a", no)));
        assert!(!early.contains("when a new one came"), "{early}");
    }

    #[test]
    fn passes_over_the_newest_and_unknown_tokens() {
        is_silent(ID, &(renewed() + &call("b", "401 Unauthorized")));
        is_silent(ID, &(renewed() + &call("other", "401 Unauthorized")));
        is_silent(ID, &(token("grant_type=authorization_code&code={secret c 30}", "a") + &call("a", "401 Unauthorized")));
    }

    #[test]
    fn passes_over_an_old_token_that_is_accepted() {
        is_healthy(&(renewed() + &call("a", "200 OK")));
    }
}
