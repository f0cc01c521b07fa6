use super::{bears_key, key_challenge, misplaced_key, offered};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::tokens::answered_by_another_name;
use crate::declare_cause;
use crate::exchange::Kind;
use crate::facts::Purpose;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::products::iis_sub_status;

declare_cause! {
    /// The server asked for credentials, and the request bore none: no `Authorization`, no API key,
    /// and no cookie that the server had set before. The server cannot know who asks.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Accept: application/json
    /// < 401 Unauthorized
    /// < Date: {date}
    /// < WWW-Authenticate: Bearer realm="api"
    /// ```
    MissingCredentials {
        id: "missing-credentials",
        family: "credentials",
        side: Client,
        stage: NoCredentials,
        title: "No credentials were sent",
        recognised: "A 401 with a challenge answers a request without Authorization, without an API key, and without any cookie that an earlier response had set for that origin.",
        remedies: [
            (User, "Log in first, then open this page again.", "The same request now bears an Authorization or Cookie field."),
            (Developer, "Send the credentials with this request: set Authorization before the call is made, and for cookies across origins use credentials: 'include'.", "The request in the Network panel shows the Authorization or Cookie field."),
            (Administrator, "Check that nothing between browser and application removes Authorization or Cookie.", "The application's log shows the field that the browser sent."),
        ],
        references: [("RFC 9110 15.5.2: 401 Unauthorized", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.2"), ("RFC 6750 3: a request without a token", "https://www.rfc-editor.org/rfc/rfc6750#section-3")],
    }
}

impl Cause for MissingCredentials {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let (exchange, facts) = (case.exchange(), case.facts());
        // Why nothing comes is known.
        if answered_by_another_name(case).is_some() {
            return None;
        }
        let says_so = case.stated(META.id);
        // That it is a 401 is enough where nobody names another reason; a 403 is one for saying the wrong status.
        let names_another = || !case.statements.is_empty() || iis_sub_status(exchange.response_text()).is_some();
        let nobody_asks = case.says_nobody_asks();
        let is_asked_for = says_so.is_some() || !facts.challenges.is_empty();
        let is_refused = case.is_denied()
            && match exchange.status() {
                401 => is_asked_for || !names_another(),
                403 => !facts.challenges.is_empty(),
                _ => says_so.is_some() || nobody_asks.is_some(),
            };
        // What brings credentials in its content has brought them.
        let is_refused = is_refused && !matches!(facts.purpose, Purpose::SignIn | Purpose::Token | Purpose::Refresh);
        // A missing key is a cause of its own.
        let is_refused = is_refused && case.stated("api-key-missing").is_none() && key_challenge(&facts.challenges).is_none();
        let is_refused = is_refused && case.session.lacks_key(case.at()).is_none();
        let is_borne = facts.credentials.is_some()
            || case.bears_own_session()
            || bears_key(exchange)
            || misplaced_key(case).is_some()
            || case.bears_known_cookie();
        if !is_refused || is_borne || case.hides_what_was_refused() {
            return None;
        }
        let offered = if facts.challenges.is_empty() { "a login".to_owned() } else { offered(&facts.challenges) };
        let said_at = match says_so {
            Some(stated) if facts.challenges.is_empty() && stated.at == case.at() => stated.place.clone(),
            _ if facts.challenges.is_empty() => nobody_asks.cloned().unwrap_or(Place::Status),
            _ => Place::Received("www-authenticate", 0),
        };
        let hidden = exchange.unseen.authorization || exchange.unseen.cookies;
        // What was let through before bore what it needs, and no capture that hides it shows that it no longer does.
        if hidden && case.earlier_of_request().any(|(_, record)| record.was_accepted()) {
            return None;
        }
        // Chrome lists the fields of a page's first request alone, not of those that answer its dialog.
        let by_dialog = exchange.kind == Kind::Document
            && exchange.sent("user-agent").is_some_and(|agent| agent.contains("Chrome/"))
            && facts.challenges.iter().any(|challenge| is_answered_by_browsers(&challenge.scheme));
        let certainty = match (hidden, by_dialog) {
            (true, _) => Certainty::Possible,
            (false, true) => Certainty::Likely,
            // RFC 9110 15.5.2: a 401 lacks valid credentials; which ones, this answer does not tell.
            (false, false) if !is_asked_for && exchange.response_text().is_empty() && !exchange.unseen.response_body => Certainty::Likely,
            // What its content says nobody has understood.
            (false, false) if !is_asked_for => Certainty::Possible,
            (false, false) => Certainty::Proved,
        };
        let finding =
            Finding::new(&META, certainty, format!("{} bore no credentials, and {} asks for {offered}.", case.request(), case.host()))
                .about(offered)
                .shown(case.at(), Place::Target, "This request has neither Authorization nor a cookie that the server had set.")
                .shown(case.at(), said_at, "The server says what it wants to see.");
        Some(if hidden {
            // Only DevTools call some of the fields sensitive.
            let lists_none = exchange.request.fields.is_empty();
            finding.unseen("This capture leaves out Authorization and Cookie fields, so they may have been sent.").next(if lists_none {
                "Record again with header fields."
            } else {
                "Record again with sensitive data included."
            })
        } else if by_dialog {
            finding
                .unseen("What was typed into the browser's dialog: Chrome shows the fields of the first request only.")
                .next("Load the page once more: with saved credentials Chrome shows that it sends them.")
        } else {
            finding
        })
    }
}

/// Schemes for which browsers ask in a dialog of their own: Chromium, net/http/http_auth_handler_factory.cc; checked 2026-11-21.
fn is_answered_by_browsers(scheme: &str) -> bool {
    ["basic", "digest", "ntlm", "negotiate"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "missing-credentials";

    #[test]
    fn reports_a_cookie_that_means_nothing_to_the_server() {
        reports(ID, "> GET https://app.test/api\n> Cookie: theme=dark\n< 401 Unauthorized\n< WWW-Authenticate: Cookie\n");
    }

    #[test]
    fn passes_over_the_first_leg_of_basic() {
        is_healthy(
            "> GET https://app.test/\n< 401 Unauthorized\n< WWW-Authenticate: Basic realm=\"x\"\n\n> GET https://app.test/\n> Authorization: {basic a:b}\n< 200 OK\n",
        );
    }

    #[test]
    fn passes_over_a_question_who_is_logged_in_before_the_login() {
        is_healthy(
            "~ kind fetch\n> GET https://app.test/me\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n\n> POST https://app.test/login\n> Content-Type: application/json\n>\n> {\"password\":\"x\"}\n< 200 OK\n\n~ kind fetch\n> GET https://app.test/me\n> Cookie: sid=1\n< 200 OK\n",
        );
    }

    #[test]
    fn passes_over_requests_that_bear_something() {
        for field in ["Authorization: Bearer {secret t 20}", "X-API-Key: k1"] {
            is_silent(ID, &format!("> GET https://app.test/\n> {field}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n"));
        }
    }

    #[test]
    fn a_403_without_credentials_is_another_matter() {
        is_silent(ID, "> GET https://app.test/\n< 403 Forbidden\n");
    }

    #[test]
    fn passes_over_what_was_let_through_before_where_fields_are_hidden() {
        let call =
            |answer: &str| format!("~ kind fetch\n~ unseen cookies\n~ unseen authorization\n> GET https://app.test/stats\n< {answer}\n\n");
        let refused = call("401 Unauthorized\n<\n< {\"error\":\"login required\"}");
        reports(ID, &refused);
        is_silent(ID, &(call("200 OK") + &refused));
    }
}
