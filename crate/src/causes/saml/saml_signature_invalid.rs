use super::{OTHER_REASONS, answer, place};
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::syntax::jwt::signature::Verdict;
use crate::syntax::saml::check;

declare_cause! {
    /// The response or its assertion is signed, and the signature does not hold: something changed the message
    /// after it was signed, the provider signs with another key than the service knows, or the signature
    /// stands on another element than the one that is read.
    ///
    /// ```http-notation
    /// ~ kind document
    /// > POST https://app.example.test/acs
    /// > Origin: https://id.example.test
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > SAMLResponse=PHNhbWxwOlJlc3BvbnNlIHhtbG5zOnNhbWxwPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6cHJvdG9jb2wiIHhtbG5zOnNhbWw9InVybjpvYXNpczpuYW1lczp0YzpTQU1MOjIuMDphc3NlcnRpb24iIFZlcnNpb249IjIuMCIgSUQ9Il9yIiBJc3N1ZUluc3RhbnQ9IjIwMjYtMDEtMDFUMDA6MDA6MDBaIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly9hcHAuZXhhbXBsZS50ZXN0L2FjcyI%2BPHNhbWw6SXNzdWVyPmh0dHBzOi8vaWQuZXhhbXBsZS50ZXN0PC9zYW1sOklzc3Vlcj48c2FtbHA6U3RhdHVzPjxzYW1scDpTdGF0dXNDb2RlIFZhbHVlPSJ1cm46b2FzaXM6bmFtZXM6dGM6U0FNTDoyLjA6c3RhdHVzOlN1Y2Nlc3MiLz48L3NhbWxwOlN0YXR1cz48c2FtbDpBc3NlcnRpb24gSUQ9Il9hIiBWZXJzaW9uPSIyLjAiIElzc3VlSW5zdGFudD0iMjAyNi0wMS0wMVQwMDowMDowMFoiPjxzYW1sOklzc3Vlcj5odHRwczovL2lkLmV4YW1wbGUudGVzdDwvc2FtbDpJc3N1ZXI%2BPGRzOlNpZ25hdHVyZSB4bWxuczpkcz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC8wOS94bWxkc2lnIyI%2BPGRzOlNpZ25lZEluZm8%2BPGRzOkNhbm9uaWNhbGl6YXRpb25NZXRob2QgQWxnb3JpdGhtPSJodHRwOi8vd3d3LnczLm9yZy8yMDAxLzEwL3htbC1leGMtYzE0biMiLz48ZHM6U2lnbmF0dXJlTWV0aG9kIEFsZ29yaXRobT0iaHR0cDovL3d3dy53My5vcmcvMjAwMS8wNC94bWxkc2lnLW1vcmUjcnNhLXNoYTI1NiIvPjxkczpSZWZlcmVuY2UgVVJJPSIjX2EiPjxkczpUcmFuc2Zvcm1zPjxkczpUcmFuc2Zvcm0gQWxnb3JpdGhtPSJodHRwOi8vd3d3LnczLm9yZy8yMDAwLzA5L3htbGRzaWcjZW52ZWxvcGVkLXNpZ25hdHVyZSIvPjxkczpUcmFuc2Zvcm0gQWxnb3JpdGhtPSJodHRwOi8vd3d3LnczLm9yZy8yMDAxLzEwL3htbC1leGMtYzE0biMiLz48L2RzOlRyYW5zZm9ybXM%2BPGRzOkRpZ2VzdE1ldGhvZCBBbGdvcml0aG09Imh0dHA6Ly93d3cudzMub3JnLzIwMDEvMDQveG1sZW5jI3NoYTI1NiIvPjxkczpEaWdlc3RWYWx1ZT5zbitXUG9nbHdFSVd1QUNXTFhMeEdrejZSS0piaS9xdzRWR2tFTENjRllRPTwvZHM6RGlnZXN0VmFsdWU%2BPC9kczpSZWZlcmVuY2U%2BPC9kczpTaWduZWRJbmZvPjxkczpTaWduYXR1cmVWYWx1ZT5nRTBLQkljRDM0YjFqSVBCcGkreTI0VFFBZG5vR2JzR3V0UkRYMzhqbjlHQVRRb0Vod1BmaHZXTWc4R21MN0xiaE5BQjJlZ1p1d2E2MUVOZmZ5T2YwWUJOQ2dTSEE5K0c5WXlEd2FZdnN0dUUwQUhaNkJtN0JyclVRMTkvSTUvUmdFMEtCSWNEMzRiMWpJUEJwaSt5MjRUUUFkbm9HYnNHdXRSRFgzOGpuOUdBVFFvRWh3UGZodldNZzhHbUw3TGJoTkFCMmVnWnV3YTYxRU5mZnlPZjBZQk5DZ1NIQTkrRzlZeUR3YVl2c3R1RTBBSFo2Qm03QnJyVVExOS9JNS9SZ0UwS0JJY0QzNGIxaklQQnBpK3kyNFRRQWRub0dic0d1dFJEWDM4am45R0FUUW9FaHdQZmh2V01nOEdtTDdMYmhOQUIyZWdadXdhNjFFTmZmeU9mMFE9PTwvZHM6U2lnbmF0dXJlVmFsdWU%2BPC9kczpTaWduYXR1cmU%2BPHNhbWw6U3ViamVjdD48c2FtbDpOYW1lSUQ%2BYWxpY2U8L3NhbWw6TmFtZUlEPjwvc2FtbDpTdWJqZWN0Pjwvc2FtbDpBc3NlcnRpb24%2BPC9zYW1scDpSZXNwb25zZT4%3D
    /// < 403 Forbidden
    /// < Date: {date}
    /// ```
    SamlSignatureInvalid {
        id: "saml-signature-invalid",
        family: "saml",
        side: IdentityProvider,
        stage: TokenUnfit,
        title: "The signature of the response does not hold",
        recognised: "The digest of what is signed is not the one in the signature; the signature covers another element than it stands in; neither the certificate in it nor a key of the provider's metadata in the session made it; or a product says so.",
        remedies: [
            (User, "Begin the login again from the application's page; if it fails again, tell the application's operators.", "The login succeeds."),
            (Developer, "Verify the response as it came, before anything parses, prints or re-encodes it.", "The digest that the application computes is the one in the signature."),
            (Administrator, "Load the provider's metadata again, since its key may have been renewed, and let nothing between provider and application rewrite the page that posts the response.", "The certificate in the response is one of the metadata."),
        ],
        references: [("XML Signature 3.2: core validation", "https://www.w3.org/TR/xmldsig-core1/#sec-CoreValidation"), ("SAML Core 5.4: signature profile", "https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf")],
    }
}

impl Cause for SamlSignatureInvalid {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let answer = answer(case)?;
        let summary = format!("The signature of the response that {} got does not hold.", case.host());
        let proofs = &answer.checked.proofs;
        let is_known = proofs.iter().any(|proof| proof.integrity == Verdict::Good && proof.known_key == Verdict::Good);
        let said = stated(case, &META, summary.clone());
        let (certainty, says) = if answer.checked.breaks(&[&check::DIGEST_DIFFERS]) {
            // Whoever makes up a message, or changes names in one to show it around, leaves such a digest as well:
            // only a signature that is real, and nothing else to object to, speak for the capture.
            let is_real = proofs.iter().any(|proof| proof.own_key == Verdict::Good || proof.known_key == Verdict::Good);
            let certainty = match (said.is_some(), answer.checked.breaks(&OTHER_REASONS)) {
                (true, _) => Certainty::Proved,
                (false, true) => Certainty::Possible,
                (false, false) if is_real => Certainty::Proved,
                (false, false) => Certainty::Possible,
            };
            (certainty, "What is signed was changed afterwards: its digest is not the one in the signature.")
        } else if answer.checked.breaks(&[&check::COVERS_ANOTHER]) {
            (Certainty::Likely, "The signature covers another element than the one that it stands in.")
        } else if proofs.iter().any(|proof| proof.own_key == Verdict::Bad) {
            (Certainty::Likely, "The key of the certificate in it did not make the signature.")
        } else if !is_known && proofs.iter().any(|proof| proof.known_key == Verdict::Bad) {
            (Certainty::Likely, "No signing key of the provider's metadata made the signature.")
        } else {
            return said.filter(|_| !is_known);
        };
        let finding = Finding::new(&META, certainty, summary).about(case.host()).shown(answer.at, place(case, answer.at), says);
        let published = case.session.saml_keys(answer.saml.issuer.as_deref()).next();
        Some(match published {
            Some((at, _)) if certainty == Certainty::Likely => finding.shown(at, Place::Target, "The provider publishes its keys here."),
            _ => finding,
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use crate::causes::saml::testing::{Answer, GOOD, login};
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};
    use crate::finding::Certainty;

    const ID: &str = "saml-signature-invalid";

    /// The login of the other tests with the assertion signed by P-256, after which it may be changed.
    fn signed(change: impl Fn(String) -> String, outcome: &str) -> String {
        use crate::syntax::saml::DS;
        use p256::ecdsa::signature::Signer;
        const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        // Exclusive canonicalization by hand: the namespace in use comes first, then attributes by name.
        let content = GOOD.assertion.split_once("/>").unwrap().1;
        let canonical = format!(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_a1\" IssueInstant=\"2026-01-01T00:00:01Z\" Version=\"2.0\"><saml:Issuer>https://id.test</saml:Issuer>{content}</saml:Assertion>"
        );
        let digest = STANDARD.encode(Sha256::digest(canonical));
        let info = format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></ds:SignatureMethod><ds:Reference URI=\"#_a1\"><ds:Transforms><ds:Transform Algorithm=\"{DS}enveloped-signature\"></ds:Transform><ds:Transform Algorithm=\"{EXCLUSIVE}\"></ds:Transform></ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        );
        let signature: p256::ecdsa::Signature = key.sign(info.as_bytes());
        let value = STANDARD.encode(signature.to_bytes());
        let point = key.verifying_key().to_sec1_point(false);
        let certificate = STANDARD.encode(crate::syntax::x509::testing::p256_certificate(point.as_bytes()));
        let signature = format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
        );
        let assertion = change(format!("{signature}{content}"));
        login(&Answer { assertion: Box::leak(assertion.into_boxed_str()), ..GOOD }, outcome)
    }

    fn certainty(session: &str) -> Certainty {
        diagnose(session).failures[0].causes[0].certainty
    }

    #[test]
    fn proves_that_the_assertion_was_changed() {
        // The space that a page's rewriting leaves, or another audience: the digest tells of either.
        for (from, to) in [("<saml:AudienceRestriction>", "<saml:AudienceRestriction> "), ("00:10:00Z", "00:20:00Z")] {
            let session = signed(|assertion| assertion.replacen(from, to, 1), "403 Forbidden");
            reports(ID, &session);
            assert_eq!(certainty(&session), Certainty::Proved, "{from}");
        }
    }

    #[test]
    fn a_message_that_is_made_up_or_out_of_its_time_proves_nothing_by_its_digest() {
        let without_key = |assertion: String| {
            let (before, rest) = assertion.split_once("<ds:KeyInfo>").unwrap();
            format!("{before}{}", rest.split_once("</ds:KeyInfo>").unwrap().1).replace("00:10:00Z", "00:20:00Z")
        };
        let session = signed(without_key, "403 Forbidden");
        reports(ID, &session);
        assert_eq!(certainty(&session), Certainty::Possible);
        reports("saml-expired", &signed(|assertion| assertion.replace("2026-01-01T00:10:00Z", "2025-12-31T23:10:00Z"), "403 Forbidden"));
        let said = signed(without_key, "403 Forbidden\n< X-Error: Signature validation failed. SAML Response rejected");
        assert_eq!(certainty(&said), Certainty::Proved);
    }

    #[test]
    fn does_not_prove_a_signature_of_another_key_false() {
        let other = |assertion: String| {
            let (before, value) = assertion.split_once("<ds:SignatureValue>").unwrap();
            let mut value: Vec<char> = value.chars().collect();
            value[0] = if value[0] == 'A' { 'B' } else { 'A' };
            format!("{before}<ds:SignatureValue>{}", value.into_iter().collect::<String>())
        };
        let session = signed(other, "403 Forbidden");
        reports(ID, &session);
        assert_eq!(certainty(&session), Certainty::Likely);
    }

    #[test]
    fn passes_over_signatures_that_hold_and_what_was_edited_for_the_capture() {
        is_silent(ID, &signed(|assertion| assertion, "403 Forbidden"));
        is_silent(ID, &signed(|assertion| assertion.replace("https://app.test/sp", "[REDACTED]"), "403 Forbidden"));
        is_silent(ID, &login(&GOOD, "403 Forbidden"));
        is_healthy(&signed(|assertion| assertion.replace("00:10:00Z", "00:20:00Z"), "302 Found\n< Location: /home"));
    }
}
