use super::joins_credentials;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::tokens::{Carrier, Role};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::FailureKind;
use crate::syntax::signed_address::signature_in_address;

declare_cause! {
    /// The request bears two credentials in different places. RFC 6750 forbids that, and servers refuse
    /// such a request or look at the wrong one.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me?access_token={secret old 40}
    /// > Authorization: Bearer {secret new 40}
    /// < 400 Bad Request
    /// < WWW-Authenticate: Bearer error="invalid_request", error_description="Found multiple bearer tokens in the request"
    /// ```
    MultipleCredentials {
        id: "multiple-credentials",
        family: "credentials",
        side: Client,
        stage: CredentialSpoiled,
        title: "Two credentials were sent at once",
        recognised: "A refused request with two Authorization fields, or with a token in Authorization and another in the query or the content; or a sentence by which a known product says so.",
        remedies: [
            (User, "Delete the cookies of the site and log in again.", "The page opens."),
            (Developer, "Send the token once, in Authorization.", "The request has one token."),
            (Administrator, "Check whether a proxy adds credentials of its own.", "The application's log shows one credential."),
        ],
        references: [("RFC 6750 2: not more than one method", "https://www.rfc-editor.org/rfc/rfc6750#section-2")],
    }
}

impl Cause for MultipleCredentials {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if case.failure.kind != FailureKind::Refused {
            return None;
        }
        let summary = format!("{} bears two credentials.", case.request());
        let says_so = stated(case, &META, summary.clone());
        let fields = case.exchange().request.fields.all("authorization").count();
        let is_second = |carrier| matches!(carrier, Carrier::Query | Carrier::Form | Carrier::RequestJson);
        let second = case.facts().tokens.iter().find(|seen| is_second(seen.carrier) && seen.role == Role::Access).filter(|_| fields > 0);
        let certainty = if says_so.is_some() { Certainty::Stated } else { Certainty::Likely };
        let finding = says_so.unwrap_or_else(|| Finding::new(&META, certainty, summary));
        if joins_credentials(case.exchange()) {
            let mut finding = finding;
            finding.certainty = Certainty::Proved;
            return Some(finding.shown(
                case.at(),
                Place::Sent("authorization", 0),
                "Two credentials stand here with a comma between them, as scripts that append the field write them.",
            ));
        }
        if fields > 1 {
            let finding = finding.shown(case.at(), Place::Sent("authorization", 0), "This is the first Authorization field.");
            return Some(finding.shown(case.at(), Place::Sent("authorization", 1), "This is the second."));
        }
        if let Some(signed) = signature_in_address(&case.exchange().url).filter(|_| fields > 0) {
            let finding = finding.shown(case.at(), Place::Sent("authorization", 0), "One credential stands here.");
            return Some(finding.shown(case.at(), Place::Target, format!("The address itself is signed, by {signed}.")));
        }
        match second {
            Some(second) => Some(finding.shown(case.at(), Place::Sent("authorization", 0), "One token stands here.").shown(
                case.at(),
                Place::Target,
                format!("Another is the parameter {}.", second.name),
            )),
            None => (certainty == Certainty::Stated).then_some(finding),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_silent, reports};

    const ID: &str = "multiple-credentials";

    #[test]
    fn reports_a_signed_address_with_a_token_beside() {
        let fetch = |token: &str, answer: &str| {
            format!(
                "~ kind fetch\n> GET https://bucket.test/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature={{secret g 40}}\n{token}< {answer}\n"
            )
        };
        let refused =
            "400 Bad Request\n< Content-Type: application/xml\n<\n< <?xml version=\"1.0\"?><Error><Code>InvalidArgument</Code></Error>";
        reports(ID, &fetch("> Authorization: Bearer {secret t 40}\n", refused));
        is_silent(ID, &fetch("", refused));
    }

    #[test]
    fn reports_two_fields_and_two_places() {
        reports(
            ID,
            "> GET https://api.test/\n> Authorization: Bearer {secret a 30}\n> Authorization: {basic a:b}\n< 400 Bad Request\n< WWW-Authenticate: Bearer error=\"invalid_request\", error_description=\"Found multiple bearer tokens in the request\"\n",
        );
        reports(ID, "> GET https://api.test/?access_token={secret a 30}\n> Authorization: Bearer {secret b 30}\n< 401 Unauthorized\n");
        reports(ID, "> GET https://api.test/\n> Authorization: Bearer {secret b 30}\n< 401 Unauthorized\n<\n< Found multiple Jwt tokens\n");
    }

    #[test]
    fn names_two_in_one_field() {
        let call =
            |field: &str| format!("> GET https://api.test/\n> Authorization: {field}\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n");
        reports(ID, &call("Bearer {secret a 40}, Bearer {secret b 40}"));
        is_silent(
            ID,
            &call("Digest username=\"a\", realm=\"Basic x\", nonce=\"n\", uri=\"/\", response=\"6629fae49393a05397450978507c4ef1\""),
        );
        is_silent(ID, &call("Bearer {secret a 40},"));
    }

    #[test]
    fn passes_over_one_credential() {
        is_silent(ID, "> GET https://api.test/?access_token={secret a 30}\n< 401 Unauthorized\n");
        is_silent(ID, "> GET https://api.test/\n> Authorization: Bearer {secret b 30}\n> Cookie: sid={secret s 30}\n< 401 Unauthorized\n");
        is_silent(ID, "> GET https://api.test/\n> Authorization: Bearer {secret b 30}\n> X-Api-Key: {secret k 30}\n< 401 Unauthorized\n");
    }
}
