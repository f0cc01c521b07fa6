use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The first request bore Authorization, was redirected to another origin, and the browser took the
    /// field away, as it must. The second address refuses the bare request.
    ///
    /// ```http-notation
    /// ~ kind fetch
    /// > GET http://api.example.test/me
    /// > Authorization: Bearer {secret t 40}
    /// < 301 Moved Permanently
    /// < Location: https://api.example.test/me
    ///
    /// ~ kind fetch
    /// > GET https://api.example.test/me
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer
    /// ```
    AuthorizationDroppedOnRedirect {
        id: "authorization-dropped-on-redirect",
        family: "redirects",
        side: Client,
        stage: CredentialSpoiled,
        title: "The redirect lost the Authorization header",
        recognised: "A 401 whose request followed a redirect from another origin, where the former request bore Authorization and this one does not.",
        remedies: [
            (User, "Nothing to do; tell the site's operators.", "The page works once its program calls the final address."),
            (Developer, "Call the final address directly: https, the right host, with or without the last slash.", "The call is answered without a redirect."),
            (Administrator, "Do not redirect API calls between hosts or schemes; answer them where they arrive, or refuse http.", "The first address answers by itself."),
        ],
        references: [("Fetch: HTTP-redirect fetch", "https://fetch.spec.whatwg.org/#http-redirect-fetch")],
    }
}

impl Cause for AuthorizationDroppedOnRedirect {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Refused || case.facts().credentials.is_some() {
            return None;
        }
        let from = case.session.left_authorization_behind(case.at())?;
        let step = case.session.redirect_step(from)?;
        let why = if step.is_cross_origin { "to another origin" } else { "although the origin stayed the same" };
        Some(
            Finding::new(
                &META,
                Certainty::Proved,
                format!("The redirect to {} {why} took Authorization away, and {} asks for it.", case.request(), case.host()),
            )
            .about(case.host())
            .shown(from, Place::Sent("authorization", 0), "Here the request still bore it.")
            .shown(from, Place::Received("location", 0), "The redirect leads elsewhere.")
            .shown(case.at(), Place::Target, "Here it is gone.")
            .advise(
                Audience::Developer,
                format!("Call {}{} directly.", case.record.origin, case.exchange().url.path()),
                "The call is answered without a redirect.",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "authorization-dropped-on-redirect";

    fn hops(from: &str, to: &str, second: &str) -> String {
        format!(
            "~ kind fetch\n> GET {from}\n> Authorization: Bearer {{secret t 30}}\n< 301 Moved Permanently\n< Location: {to}\n\n~ kind fetch\n> GET {to}\n{second}< 401 Unauthorized\n< WWW-Authenticate: Bearer\n"
        )
    }

    #[test]
    fn reports_another_scheme_and_another_host() {
        reports(ID, &hops("http://api.test/", "https://api.test/", ""));
        assert!(reports(ID, &hops("https://app.test/me", "https://www.app.test/me", "")).contains("another origin"));
        reports(ID, &hops("https://app.test/me", "https://www.app.test/me", "").replace("{secret t 30}", "[REDACTED]"));
    }

    #[test]
    fn a_script_that_is_sent_to_a_host_of_its_own_is_no_bystander() {
        let login = "~ kind fetch\n> POST https://app.test/in\n> Referer: https://app.test/\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n< 200 OK\n<\n< {\"t\":\"{jwt sub=a exp=600}\"}\n\n";
        let moved = |field: &str| {
            format!(
                "~ kind fetch\n> GET https://app.test/y\n> Referer: https://app.test/\n{field}< 307 Temporary Redirect\n< Location: https://api.example/y\n\n\
                 ~ kind fetch\n> GET https://api.example/y\n> Referer: https://app.test/\n> Origin: https://app.test\n< 401 Unauthorized\n< Access-Control-Allow-Origin: *\n<\n< {{\"message\":\"Unauthorized\"}}\n"
            )
        };
        reports(ID, &(login.to_owned() + &moved("> Authorization: Bearer {jwt sub=a exp=600}\n")));
        is_healthy(&(login.to_owned() + &moved("")));
    }

    #[test]
    fn passes_over_a_field_that_stays_and_requests_without_a_redirect() {
        is_silent(ID, &hops("https://api.test/a", "https://api.test/b", "> Authorization: Bearer {secret t 30}\n"));
        is_silent(ID, "> GET https://api.test/\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n");
        is_silent(ID, &hops("http://api.test/", "https://api.test/", "").replace("> Authorization: Bearer {secret t 30}\n", ""));
    }

    #[test]
    fn passes_over_a_second_address_that_needs_no_login() {
        is_healthy(&hops("http://api.test/", "https://api.test/", "").replace("401 Unauthorized\n< WWW-Authenticate: Bearer", "200 OK"));
    }
}
