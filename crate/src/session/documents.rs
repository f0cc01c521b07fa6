//! What identity providers publish of themselves and the capture happens to hold: key sets (RFC 7517)
//! and metadata (RFC 8414, OpenID Connect Discovery 1.0).

use memchr::memmem;
use url::Url;

use super::lists::Lists;
use super::{Record, Session};
use crate::facts::Fingerprint;
use crate::syntax::json::Members;
use crate::syntax::jwt::Jwt;
use crate::syntax::jwt::signature::{self, Verdict};
use crate::syntax::oidc;

const KEY_SETS: Fingerprint = Fingerprint::of_name("key sets");
const METADATA: Fingerprint = Fingerprint::of_name("metadata");

pub(super) fn take(lists: &mut Lists, records: &[Record], at: usize) {
    let Some(record) = records.get(at).filter(|record| record.was_accepted()) else { return };
    let text = record.exchange.response_text();
    if !text.trim_start().starts_with('{') {
        return;
    }
    let has = |member: &str| memmem::find(text.as_bytes(), member.as_bytes()).is_some();
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
    /// set. Only the issuer's own key of the token's `kid` can prove it false.
    #[must_use]
    pub fn signature(&self, token: &str, jwt: &Jwt) -> Option<(usize, Verdict)> {
        let header = &jwt.header;
        let alg = header.alg.as_deref()?;
        let mut refuted = None;
        for (at, content) in self.key_documents() {
            for key in oidc::public_keys(content) {
                let is_named = || key.kid.is_some() && key.kid == header.kid && self.publishes_for(at, jwt.claims.iss.as_deref());
                match signature::verify(token, alg, &key) {
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
    use crate::session::{Profile, Session};

    #[test]
    fn reads_key_sets_and_metadata() {
        let notation = "> GET https://id.test/jwks\n< 200 OK\n<\n< {\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\"},{\"kty\":\"EC\",\"kid\" : \"b\"}]}\n\n> GET https://id.test/.well-known/openid-configuration\n< 200 OK\n<\n< {\"issuer\":\"https://id.test\",\"token_endpoint\":\"https://id.test/token\"}\n\n> GET https://id.test/other\n< 200 OK\n<\n< {\"keys\":[1]}\n";
        let mut session = Session::new(Profile::chrome());
        for exchange in crate::capture::notation::parse(notation).unwrap() {
            session.push(exchange);
        }
        assert_eq!(session.key_sets().collect::<Vec<_>>(), [(0, vec!["a".to_owned(), "b".to_owned()])]);
        assert_eq!(session.issuers().collect::<Vec<_>>(), [(1, "https://id.test".to_owned())]);
    }
}
