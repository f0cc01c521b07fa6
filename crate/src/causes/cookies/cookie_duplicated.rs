use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind};

declare_cause! {
    /// The request bears two cookies of the same name, set for different paths or domains. The server
    /// reads one of them, and it is not the one of this login.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/home
    /// > Cookie: sid={secret old 32}; sid={secret new 32}
    /// < 401 Unauthorized
    /// ```
    CookieDuplicated {
        id: "cookie-duplicated",
        family: "cookies",
        side: Client,
        stage: CredentialSpoiled,
        title: "Two cookies share one name and the stale one wins",
        recognised: "The Cookie field holds the name of a session twice, with different values.",
        remedies: [
            (User, "Delete all cookies of the site, those of its parent domain too, and log in again.", "The request bears the name once."),
            (Developer, "Set the cookie always with the same Domain and Path, and delete the former one where these were changed.", "One Set-Cookie field, and one cookie in the request."),
            (Administrator, "Look for applications on sibling hosts that set a cookie of the same name for the parent domain.", "Each application's cookie has a name of its own."),
        ],
        references: [("RFC 6265bis 4.2.2: cookies of the same name", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-4.2.2")],
    }
}

impl Cause for CookieDuplicated {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if !matches!(case.failure.kind, FailureKind::Refused | FailureKind::Bounced | FailureKind::Loop) {
            return None;
        }
        let cookies = &case.facts().cookies;
        let (name, _) = cookies.iter().enumerate().find_map(|(nth, (name, value))| {
            let is_other = |(other, other_value): &&(Box<str>, _)| other == name && other_value != value;
            let is_twice = cookies.iter().skip(nth + 1).any(|other| is_other(&other));
            (is_twice && case.session.carries(case.record, name) > Carries::No).then_some((name, nth))
        })?;
        let finding =
            Finding::new(&META, Certainty::Likely, format!("{} bears the cookie {name} twice, with different values.", case.request()))
                .about(&**name)
                .shown(
                    case.at(),
                    Place::Sent("cookie", 0),
                    format!("{name} stands here twice; the one with the longer path comes first, and servers differ in which they read."),
                );
        let mut setters = case.earlier_setters_of(name).filter_map(|(position, record)| {
            let nth = record.receptions.iter().position(|reception| *reception.name == **name)?;
            Some((position, nth))
        });
        Some(match setters.next() {
            Some((position, nth)) => finding.shown(position, Place::Received("set-cookie", nth), "One of them was set here."),
            None => finding.unseen("Neither was set within this capture."),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cookie-duplicated";

    fn call(cookies: &str) -> String {
        format!("> GET https://app.test/home\n> Cookie: {cookies}\n< 401 Unauthorized\n")
    }

    #[test]
    fn names_the_cookie() {
        assert!(reports(ID, &call("sid=old; theme=x; sid=new")).contains("sid"));
    }

    #[test]
    fn passes_over_equal_values_and_other_names() {
        is_silent(ID, &call("sid=same; sid=same"));
        is_silent(ID, &call("theme=a; theme=b; sid=x"));
        is_silent(ID, &call("sid=a; SID=b"));
    }

    #[test]
    fn passes_over_a_request_that_succeeds() {
        is_healthy(&call("sid=old; sid=new").replace("401 Unauthorized", "200 OK"));
    }
}
