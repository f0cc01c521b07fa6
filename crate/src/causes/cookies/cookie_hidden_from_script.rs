use super::Setting;
use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Format};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::{Carries, FailureKind};
use crate::syntax::set_cookie;

declare_cause! {
    /// The login put its token into a cookie that is HttpOnly, and the API wants it in Authorization. The browser
    /// sends the cookie, but the script that should copy the token into the field cannot read it, so it sends
    /// none. Often the application sets the cookie for scripts, and a proxy adds HttpOnly to all cookies.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=wonder
    /// < 302 Found
    /// < Location: /
    /// < Set-Cookie: _token={jwt sub=3 exp=3600}; Path=/; Secure; HttpOnly
    ///
    /// ~ kind fetch
    /// > GET https://app.example.test/api/config
    /// > Cookie: _token={jwt sub=3 exp=3599}
    /// < 401 Unauthorized
    /// < WWW-Authenticate: Bearer
    /// ```
    CookieHiddenFromScript {
        id: "cookie-hidden-from-script",
        family: "cookies",
        side: Server,
        stage: CookieNotSent,
        title: "A script needs a cookie that is HttpOnly",
        recognised: "A sign-in sets an HttpOnly cookie that holds a JWT; scripts' requests bear it, lack Authorization, and are answered by a Bearer challenge, and none is ever accepted with the cookie alone.",
        remedies: [
            (User, "Nothing in the browser helps; tell the site's administrator.", "After the login the page stays."),
            (Developer, "Let the API read the token from the cookie, or hand it to the script in the answer to the login; where the cookie is meant for scripts, set it without HttpOnly.", "The request of the script bears Authorization, or is accepted without it."),
            (Administrator, "Look for a rule that adds HttpOnly to every cookie (proxy_cookie_flags in nginx, Header edit Set-Cookie in Apache), and spare this one.", "The Set-Cookie line of the login has no HttpOnly that the application did not write."),
        ],
        references: [("RFC 6265bis 5.7: the http-only-flag", "https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis#section-5.7"), ("nginx: proxy_cookie_flags", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_cookie_flags")],
    }
}

impl Cause for CookieHiddenFromScript {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let facts = case.facts();
        let is_by_script = case.exchange().kind.is_by_script();
        if case.failure.kind != FailureKind::Refused || !is_by_script || facts.credentials.is_some() || facts.challenge("bearer").is_none()
        {
            return None;
        }
        let token = facts.tokens.iter().find(|seen| {
            seen.carrier == Carrier::Cookie
                && matches!(seen.token.format, Format::Jwt(_))
                && case.session.carries(case.record, &seen.name) == Carries::Surely
        })?;
        let is_line = |cookie: &Setting<'_>| cookie.line().is_some_and(|line| set_cookie::parse(line).value.http_only.is_some());
        let setter = case.earlier_setters_of(&token.name).find_map(|(at, record)| {
            let field = record.receptions.iter().position(|reception| *reception.name == *token.name)?;
            let setting =
                Setting { at, record, field, name: &record.receptions.get(field)?.name, reasons: record.receptions.get(field)?.reasons };
            is_line(&setting).then_some(setting)
        })?;
        // Where scripts are let in by the cookie alone, nothing has to read it.
        let by_cookie = |record: &crate::session::Record| {
            record.exchange.kind.is_by_script()
                && record.was_accepted()
                && record.facts.credentials.is_none()
                && record.facts.cookie(&token.name).is_some()
                && case.session.of_request(&record.exchange).any(|(_, other)| other.exchange.status() == 401)
        };
        if case.others().any(|(_, other)| by_cookie(other)) {
            return None;
        }
        Some(
            Finding::new(
                &META,
                Certainty::Likely,
                format!(
                    "The login's token is in the cookie {}, which is HttpOnly: the script of {} cannot read it, and sends no Authorization.",
                    setter.name,
                    case.request()
                ),
            )
            .about(setter.name)
            .shown(setter.at, setter.place(), "HttpOnly keeps this cookie from scripts.")
            .shown(case.at(), Place::Received("www-authenticate", 0), "The API asks for the token in Authorization."),
        )
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "cookie-hidden-from-script";

    fn session(attributes: &str, request: &str, challenge: &str) -> String {
        format!(
            "> POST https://app.test/door\n>\n> user=a&password=b\n< 303 See Other\n< Location: /\n< Set-Cookie: tk={{jwt sub=3 exp=3600}}; Path=/{attributes}\n\n\
             ~ kind fetch\n> GET https://app.test/api\n> Cookie: tk={{jwt sub=3 exp=3599}}\n{request}< 401 Unauthorized\n{challenge}"
        )
    }

    #[test]
    fn is_told_by_the_attribute_and_the_missing_field() {
        reports(ID, &session("; HttpOnly", "", "< WWW-Authenticate: Bearer\n"));
    }

    #[test]
    fn passes_over_a_cookie_that_scripts_can_read_and_an_api_that_asks_for_none() {
        is_silent(ID, &session("", "", "< WWW-Authenticate: Bearer\n"));
        is_silent(ID, &session("; HttpOnly", "", ""));
        is_silent(ID, &session("; HttpOnly", "> Authorization: Bearer {secret t 30}\n", "< WWW-Authenticate: Bearer\n"));
    }
}
