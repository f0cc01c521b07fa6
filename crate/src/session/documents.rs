//! What identity providers publish of themselves and the capture happens to hold: key sets (RFC 7517)
//! and metadata (RFC 8414, OpenID Connect Discovery 1.0, SAML Metadata).

use memchr::memmem;
use url::Url;

use super::lists::Lists;
use super::{Record, Session};
use crate::facts::Fingerprint;
use crate::syntax::json::Members;
use crate::syntax::jwt::Jwt;
use crate::syntax::jwt::signature::{self, Verdict};
use crate::syntax::oidc;
use crate::syntax::redaction::is_replaced;

const KEY_SETS: Fingerprint = Fingerprint::of_name("key sets");
const METADATA: Fingerprint = Fingerprint::of_name("metadata");
const SAML_METADATA: Fingerprint = Fingerprint::of_name("SAML metadata");

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at).filter(|record| record.was_accepted()) else { return };
    let text = record.exchange.response_text();
    let start = text.trim_start();
    let has = |member: &str| memmem::find(text.as_bytes(), member.as_bytes()).is_some();
    if start.starts_with('<') && has("EntityDescriptor") && has("IDPSSODescriptor") {
        lists.insert(SAML_METADATA, at, records);
    }
    if !start.starts_with('{') {
        return;
    }
    if has("\"keys\"") && has("\"kty\"") {
        lists.insert(KEY_SETS, at, records);
    } else if has("\"issuer\"") && has("_endpoint\"") {
        lists.insert(METADATA, at, records);
    }
}

impl Session {
    /// The key sets that were read, with the `kid` of each key.
    pub fn key_sets(&self) -> impl Iterator<Item = (usize, Vec<String>)> {
        self.key_documents().map(|(at, content)| (at, oidc::jwks(content).value.into_iter().filter_map(|key| key.kid).collect()))
    }

    fn key_documents(&self) -> impl Iterator<Item = (usize, &str)> {
        self.list(KEY_SETS).map(|(at, record)| (at, record.exchange.response_text()))
    }

    /// What the keys of the session say of a token's signature: the verdict, and the position of the key
    /// set. Only the issuer's own key of the token's `kid` can prove it false, and only of a token that
    /// nobody edited on its way into this capture.
    #[must_use]
    pub fn signature(&self, token: &str, jwt: &Jwt) -> Option<(usize, Verdict)> {
        let header = &jwt.header;
        let alg = header.alg.as_deref()?;
        if jwt.is_edited() || token.rsplit('.').next().is_some_and(is_replaced) {
            return None;
        }
        let mut refuted = None;
        for (at, content) in self.key_documents() {
            for key in oidc::public_keys(content).iter().filter(|key| key.kid.is_none() || header.kid.is_none() || key.kid == header.kid) {
                let is_named = || key.kid.is_some() && key.kid == header.kid && self.publishes_for(at, jwt.claims.iss.as_deref());
                match signature::verify(token, alg, key) {
                    Verdict::Good => return Some((at, Verdict::Good)),
                    Verdict::Bad if is_named() => refuted = Some((at, Verdict::Bad)),
                    Verdict::Bad | Verdict::Unknown => {}
                }
            }
        }
        refuted
    }

    /// Whether a key set is that issuer's: it lies at the issuer's own origin, or its metadata names it.
    fn publishes_for(&self, key_set: usize, issuer: Option<&str>) -> bool {
        let (Some(record), Some(issuer)) = (self.record(key_set), issuer) else { return false };
        let is_at_home = Url::parse(issuer).is_ok_and(|issuer| issuer.origin() == record.exchange.url.origin());
        let names_it = |other: &Record| {
            let metadata = oidc::metadata(other.exchange.response_text(), "").value;
            metadata.issuer.as_deref() == Some(issuer) && metadata.jwks_uri.as_deref() == Some(record.exchange.url.as_str())
        };
        is_at_home || self.list(METADATA).any(|(_, other)| names_it(other))
    }

    /// The metadata of SAML that was read.
    pub(super) fn saml_documents(&self) -> impl Iterator<Item = (usize, &str)> {
        self.list(SAML_METADATA).map(|(at, record)| (at, record.exchange.response_text()))
    }

    /// What the provider whose token endpoint this is calls itself, by its metadata.
    #[must_use]
    pub fn issuer_at(&self, token_endpoint: &Url) -> Option<(usize, String)> {
        let is_same = |endpoint: &str| endpoint.split('?').next() == token_endpoint.as_str().split('?').next();
        self.list(METADATA).find_map(|(at, record)| {
            let metadata = oidc::metadata(record.exchange.response_text(), "").value;
            metadata.token_endpoint.as_deref().is_some_and(is_same).then_some((at, metadata.issuer?))
        })
    }

    /// The issuers whose metadata was read.
    pub fn issuers(&self) -> impl Iterator<Item = (usize, String)> {
        self.list(METADATA).filter_map(|(at, record)| {
            let members = Members::read(record.exchange.response_text()).ok()?;
            Some((at, crate::syntax::json::text_of(members.get("issuer")?.0)?))
        })
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use p384::ecdsa::signature::Signer;
    use p384::ecdsa::{Signature, SigningKey};

    use super::*;
    use crate::session::testing;
    use crate::syntax::jwt;

    /// A session with the key set of `https://id.test`, and a token that its key signed.
    fn signed(claims: &str) -> (Session, String) {
        let key = SigningKey::from_slice(&[7; 48]).unwrap();
        let point = key.verifying_key().to_sec1_point(false);
        let [x, y] = [1..49, 49..97].map(|range| URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]));
        let keys = format!("{{\"keys\":[{{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"k\",\"x\":\"{x}\",\"y\":\"{y}\"}}]}}");
        let session = testing::session(&format!("> GET https://id.test/jwks\n< 200 OK\n<\n< {keys}\n"));
        let [header, claims] = ["{\"alg\":\"ES384\",\"kid\":\"k\"}", claims].map(|json| URL_SAFE_NO_PAD.encode(json));
        let text = format!("{header}.{claims}");
        let signature: Signature = key.sign(text.as_bytes());
        (session, format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
    }

    fn verdict(session: &Session, token: &str) -> Option<Verdict> {
        session.signature(token, &jwt::parse(token).value.unwrap()).map(|(_, verdict)| verdict)
    }

    #[test]
    fn judges_a_signature_by_the_issuers_key() {
        let (session, token) = signed("{\"iss\":\"https://id.test\",\"sub\":\"alice\"}");
        assert_eq!(verdict(&session, &token), Some(Verdict::Good));
        let (text, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{text}.{}", URL_SAFE_NO_PAD.encode([9; 96]));
        assert_eq!(verdict(&session, &forged), Some(Verdict::Bad));
        let (session, token) = signed("{\"iss\":\"https://other.test\"}");
        assert_eq!(verdict(&session, &format!("{}.{signature}", token.rsplit_once('.').unwrap().0)), None, "another's key");
    }

    #[test]
    fn what_was_edited_or_cut_off_on_its_way_here_proves_nothing() {
        let (session, token) = signed("{\"iss\":\"https://id.test\",\"sub\":\"alice\"}");
        let (text, signature) = token.rsplit_once('.').unwrap();
        let stand_in = format!("_signature-128-k3f9q7wdmt{}", "_".repeat(103));
        assert!(URL_SAFE_NO_PAD.decode(&stand_in).is_ok_and(|bytes| bytes.len() == 96), "it looks like a signature");
        let short: String = signature.chars().take(100).collect();
        for other in ["REDACTED", &"x".repeat(128), &stand_in, &short, ""] {
            assert_eq!(verdict(&session, &format!("{text}.{other}")), None, "{other}");
        }
        for claim in ["\"sub\":\"[REDACTED]\"", "\"sub\":\"_subject-5-k3f9q7wdmt_\"", "\"redacted\":true", "\"act\":{\"sub\":\"***\"}"] {
            let claims = URL_SAFE_NO_PAD.encode(format!("{{\"iss\":\"https://id.test\",{claim}}}"));
            let header = token.split('.').next().unwrap();
            assert_eq!(verdict(&session, &format!("{header}.{claims}.{signature}")), None, "{claim}");
        }
    }

    #[test]
    fn reads_key_sets_and_metadata() {
        let notation = "> GET https://id.test/jwks\n< 200 OK\n<\n< {\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\"},{\"kty\":\"EC\",\"kid\" : \"b\"}]}\n\n> GET https://id.test/.well-known/openid-configuration\n< 200 OK\n<\n< {\"issuer\":\"https://id.test\",\"token_endpoint\":\"https://id.test/token\"}\n\n> GET https://id.test/other\n< 200 OK\n<\n< {\"keys\":[1]}\n";
        let session = testing::session(notation);
        assert_eq!(session.key_sets().collect::<Vec<_>>(), [(0, vec!["a".to_owned(), "b".to_owned()])]);
        assert_eq!(session.issuers().collect::<Vec<_>>(), [(1, "https://id.test".to_owned())]);
    }
}
