use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::cookie;

declare_cause! {
    /// The cookies of this site have grown until the server refuses the whole request, before any login
    /// is looked at.
    ///
    /// ```http-notation
    /// > GET https://app.example.test/home
    /// > Cookie: a={repeat x 5000}; b={repeat y 5000}
    /// < 400 Bad Request
    /// < Server: nginx
    /// <
    /// < <title>400 Request Header Or Cookie Too Large</title>
    /// ```
    CookieHeaderTooLarge {
        id: "cookie-header-too-large",
        family: "cookies",
        side: Client,
        stage: CredentialSpoiled,
        title: "Too many cookies for the server",
        recognised: "431 or 494, or a 400 that says so, on a request with cookies; or a 400 on a request whose cookies are longer than the common limit of 8 KB.",
        remedies: [
            (User, "Delete the cookies of this site.", "The page opens."),
            (Developer, "Find out which cookies pile up, such as those of unfinished logins, and keep state on the server.", "The Cookie field stays below 4 KB."),
            (Administrator, "Raise the limit only as a stopgap: large_client_header_buffers, LimitRequestFieldSize, maxHttpHeaderSize.", "The same request is no longer refused."),
        ],
        references: [("RFC 6585 5: 431 Request Header Fields Too Large", "https://www.rfc-editor.org/rfc/rfc6585#section-5")],
    }
}

impl Cause for CookieHeaderTooLarge {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let field = case.exchange().sent("cookie")?;
        let pairs = cookie::parse(field).value;
        let largest = pairs.iter().max_by_key(|pair| pair.value.len())?;
        let status = case.exchange().status();
        let summary = format!(
            "{} bears {} bytes of cookies, more than {} takes; the largest is {}.",
            case.request(),
            field.len(),
            case.host(),
            largest.name
        );
        let finding = stated(case, &META, summary.clone()).or_else(|| match status {
            431 | 494 => Some(Finding::new(&META, Certainty::Stated, summary.clone()).shown(
                case.at(),
                Place::Status,
                "The status says that the fields are too large.",
            )),
            400 if field.len() > LIMIT => Some(Finding::new(&META, Certainty::Likely, summary.clone()).shown(
                case.at(),
                Place::Status,
                "Servers answer 400 to fields that are too large.",
            )),
            _ => None,
        })?;
        Some(finding.about(largest.name).shown(
            case.at(),
            Place::Sent("cookie", 0),
            format!("{} cookies in {} bytes.", pairs.len(), field.len()),
        ))
    }
}

/// Bytes that nginx, Apache httpd and Tomcat take of one field or of all, by default; checked 2026-11-21.
const LIMIT: usize = 8000;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "cookie-header-too-large";

    fn call(bytes: usize, answer: &str) -> String {
        format!("> GET https://app.test/home\n> Cookie: sid={{repeat x {bytes}}}\n< {answer}\n")
    }

    #[test]
    fn reports_the_status_the_words_and_the_length() {
        assert!(reports(ID, &call(9000, "431 Request Header Fields Too Large")).contains("sid"));
        reports(ID, &call(5000, "400 Bad Request\n<\n< Size of a request header field exceeds server limit."));
        reports(ID, &call(9000, "400 Bad Request"));
    }

    #[test]
    fn passes_over_short_cookies_and_success() {
        is_silent(ID, &call(100, "400 Bad Request"));
        is_silent(ID, "> GET https://app.test/home\n< 431 Request Header Fields Too Large\n");
        is_healthy(&call(9000, "200 OK"));
    }
}
