use crate::cause::{Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;

declare_cause! {
    /// The request that logs in is larger than the server, or a gateway in front of it, takes: a SAML response with
    /// many groups, a form that brings its whole state along, a client certificate asked for after the content came.
    /// Nobody looked at the credentials.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/saml/acs
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse={repeat QUJD 9000}
    /// < 413 Content Too Large
    /// < Server: nginx
    /// ```
    RequestContentTooLarge {
        id: "request-content-too-large",
        family: "server",
        side: Server,
        stage: CredentialSpoiled,
        title: "The login request was too large for the server",
        recognised: "A request that logs in – a submitted form, a SAML response, a token request – is answered by 413.",
        remedies: [
            (User, "Tell the site's administrator; a smaller number of groups in your account may be what lets others in.", "The login goes on."),
            (Developer, "Let the provider send only the attributes and groups that the application reads, or use a binding that keeps the assertion out of the browser.", "The content of the login request is some kilobytes long."),
            (Administrator, "Raise the limit for the login's address alone: client_max_body_size in nginx, LimitRequestBody in Apache, maxRequestBodySize in IIS, maxPostSize in Tomcat; where Apache asks for a client certificate there, SSLRenegBufferSize.", "The same request is no longer answered by 413."),
        ],
        references: [("RFC 9110 15.5.14: 413 Content Too Large", "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.14"), ("nginx: client_max_body_size", "https://nginx.org/en/docs/http/ngx_http_core_module.html#client_max_body_size"), ("Apache httpd: LimitRequestBody", "https://httpd.apache.org/docs/2.4/mod/core.html#limitrequestbody")],
    }
}

impl Cause for RequestContentTooLarge {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let is_refused = case.failure.kind == FailureKind::Refused && case.exchange().status() == 413;
        if !is_refused || !case.facts().purpose.is_login() {
            return None;
        }
        let body = case.exchange().request.body.as_ref();
        let length =
            case.exchange().sent("content-length").and_then(|length| length.parse().ok()).or_else(|| body.map(|body| body.text.len()));
        let size = length.map_or_else(|| "is larger".to_owned(), |length| format!("has {length} bytes of content, more"));
        let finding = Finding::new(&META, Certainty::Stated, format!("{} {size} than {} takes.", case.request(), case.host()))
            .about(case.host())
            .shown(case.at(), Place::Status, "The status says that the content is too large.");
        Some(match body {
            Some(body) => finding.shown(case.at(), Place::RequestBody(0..body.text.len()), "This is what was sent."),
            None => finding.unseen("This capture does not show what was sent."),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "request-content-too-large";

    fn login(content: &str, answer: &str) -> String {
        format!(
            "~ kind document\n> POST https://app.test/enter\n> Content-Type: application/x-www-form-urlencoded\n>\n> {content}\n< {answer}\n"
        )
    }

    #[test]
    fn reports_forms_assertions_and_token_requests() {
        for content in
            ["user=a&password=b&view={repeat x 9000}", "SAMLResponse={repeat QUJD 900}", "grant_type=urn%3Ax&assertion={repeat x 9000}"]
        {
            reports(ID, &login(content, "413 Request Entity Too Large"));
        }
        assert!(reports(ID, &login("user=a&password=b", "413 Content Too Large")).contains("17 bytes"));
    }

    #[test]
    fn passes_over_other_refusals_and_other_uploads() {
        is_silent(ID, &login("user=a&password=b&view={repeat x 90000}", "400 Bad Request"));
        is_silent(ID, &login("user=a&password=b", "431 Request Header Fields Too Large"));
        is_healthy(
            "~ kind fetch\n> POST https://app.test/photos\n> Cookie: sid={secret s 30}\n> Content-Type: image/png\n>\n> x\n< 413 Content Too Large\n",
        );
    }
}
