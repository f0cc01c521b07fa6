use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::is_password_url;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{FailureKind, Record};

declare_cause! {
    /// Nobody was logged in, and the server answers as if somebody were and were not allowed. No client
    /// asks for a login after that.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// < 403 Forbidden
    /// < Content-Type: application/json
    /// <
    /// < {"detail": "Authentication credentials were not provided."}
    /// ```
    UnauthenticatedAs403 {
        id: "unauthenticated-as-403",
        family: "server",
        side: Server,
        stage: NoCredentials,
        title: "The server says 403 where it means 401",
        recognised: "A 403 to a request without credentials that says that they are missing, or that succeeds or is challenged once they are sent.",
        remedies: [
            (User, "Log in, then open the page again.", "The page opens."),
            (Developer, "Take this 403 for a missing login where the request bore no credentials.", "The client leads people to the login."),
            (Administrator, "Answer 401 with a challenge where nobody is logged in; in Django REST framework the first authentication class decides.", "The same request is answered by 401."),
        ],
        references: [("RFC 9110 15.5.4: 403 Forbidden", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.4"), ("Django REST framework: 401 and 403", "https://www.django-rest-framework.org/api-guide/authentication/#unauthorized-and-forbidden-responses")],
    }
}

impl Cause for UnauthenticatedAs403 {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let is_bare = facts.credentials.is_none()
            && !case.bears_own_session()
            && !case.session.bears_carrier(case.record)
            && !case.exchange().unseen.cookies;
        if case.failure.kind != FailureKind::Refused
            || case.exchange().status() != 403
            || !is_bare
            || facts.purpose.is_login()
            || case.was_intercepted()
        {
            return None;
        }
        let stated = case.stated("missing-credentials");
        // A cookie that carries no login may still be how this server knows people.
        let may_be_known = case.bears_known_cookie();
        let said = stated.map(|stated| (stated.at, &stated.place)).or_else(|| Some((case.at(), case.says_nobody_asks()?)));
        let bears_more = |(_, record): &(usize, &Record)| {
            record.facts.bears_credentials()
                && record.was_accepted()
                && record.exchange.url == case.exchange().url
                && record.exchange.method == case.exchange().method
        };
        let accepted = case.others().find(bears_more);
        let form = || nobody_logged_in(case);
        let certainty = match (stated.filter(|_| !may_be_known), !may_be_known && (said.is_some() || accepted.is_some())) {
            (Some(_), _) => Certainty::Stated,
            (None, true) => Certainty::Likely,
            (None, false) if form() => Certainty::Possible,
            (None, false) => return None,
        };
        let finding = Finding::new(
            &META,
            certainty,
            format!("{} bore no credentials, and {} says 403 where it means 401.", case.request(), case.host()),
        )
        .about(case.host())
        .shown(case.at(), Place::Target, "This request bears no credentials.");
        let finding = match said {
            Some((at, place)) => finding.shown(at, place.clone(), "The answer says that they are missing."),
            None => finding,
        };
        Some(match accepted {
            Some((position, _)) => finding.shown(position, Place::Status, "With credentials the same request succeeds."),
            None => finding,
        })
    }
}

/// Whether this origin has a page to log in at, and nobody had used it when a script asked. A form beside other content
/// is none: much may be there for everybody.
fn nobody_logged_in(case: &Case<'_>) -> bool {
    let is_page = |at: usize, record: &Record| is_password_url(&record.exchange.url) || case.session.redirected_from(at).is_some();
    let is_form = |(at, record): (usize, &Record)| record.shows_sign_in_form() && record.exchange.status() == 200 && is_page(at, record);
    let is_login = |record: &Record| {
        record.facts.purpose.is_login()
            || record.was_accepted() && (record.facts.credentials.is_some() || case.session.bears_carrier(record))
    };
    case.exchange().kind.is_by_script() && case.others().any(is_form) && !case.earlier().any(|(_, other)| is_login(other))
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "unauthenticated-as-403";

    #[test]
    fn says_in_words_that_identity_failed() {
        let diagnosis =
            diagnose("> GET https://api.test/me\n< 403 Forbidden\n<\n< {\"detail\":\"Authentication credentials were not provided.\"}\n");
        assert_eq!(diagnosis.failures[0].causes[0].id, ID);
        assert!(diagnosis.failures[0].identity_or_permission.contains("although the server said 403"));
    }

    #[test]
    fn supposes_so_where_nobody_has_logged_in_yet() {
        let form = "~ kind document\n> GET https://api.test/login\n< 200 OK\n<\n< <form><input type=password name=p></form>\n\n";
        let call = "~ kind fetch\n> GET https://api.test/kernels\n< 403 Forbidden\n";
        reports(ID, &format!("{form}{call}"));
        is_silent(ID, &format!("{}{call}", form.replace("/login", "/list")));
        is_silent(ID, &format!("{form}{}", call.replace("< 403", "> Cookie: sid={secret s 30}\n< 403")));
    }

    #[test]
    fn reports_a_request_that_succeeds_with_credentials() {
        reports(
            ID,
            "> GET https://api.test/me\n> Authorization: Bearer {secret t 30}\n< 200 OK\n\n> GET https://api.test/me\n< 403 Forbidden\n",
        );
    }

    #[test]
    fn passes_over_known_users_and_firewalls() {
        is_silent(ID, "> GET https://api.test/me\n> Authorization: Bearer {secret t 30}\n< 403 Forbidden\n");
        is_silent(ID, "> GET https://api.test/me\n< 403 Forbidden\n< CF-Mitigated: challenge\n");
        is_silent(ID, "> GET https://api.test/me\n< 403 Forbidden\n");
    }
}
