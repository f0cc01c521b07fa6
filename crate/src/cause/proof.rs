//! The DPoP proof of a failed request: whether it fits, and what the answer says of it.

use super::Case;
use crate::place::Place;
use crate::syntax::credentials::Credentials;
use crate::syntax::dpop::{self, Mismatch};

/// Bytes of an error that a program is told.
const LONGEST: usize = 2048;

/// Seconds between the proof's iat and the server's clock that servers commonly allow: RFC 9449 11.1
/// speaks of "seconds or minutes"; checked 2026-11-21.
const ALLOWED: i64 = 300;

impl Case<'_> {
    /// What in the proof does not fit its request, in sentences.
    #[must_use]
    pub fn proof_faults(&self, field: &str) -> Vec<String> {
        let Some(proof) = dpop::parse(field).value else { return vec!["The DPoP field holds no JWT.".to_owned()] };
        let sent = self.record.sent_credentials().filter(|_| self.facts().credentials.as_ref().is_some_and(|sent| sent.is("dpop")));
        let token = sent.as_ref().and_then(Credentials::token);
        let mut mismatches = proof.mismatches(&self.exchange().method, &self.exchange().url, token);
        if let Some(now) = self.server_time() {
            mismatches.extend(proof.staleness(now, ALLOWED, None));
        }
        let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "missing".to_owned());
        let says = |mismatch| match mismatch {
            Mismatch::Method => format!("htm of the proof is {}; the method is {}.", or_none(&proof.htm), self.exchange().method),
            Mismatch::Url => "htu of the proof is not the URL of this request.".to_owned(),
            Mismatch::NoAccessTokenHash => "The proof has no ath, the hash of the token beside it.".to_owned(),
            Mismatch::AccessTokenHash => "ath of the proof is the hash of another token.".to_owned(),
            Mismatch::Key => "The proof was made with another key than the token is bound to.".to_owned(),
            Mismatch::Nonce => "The proof has another nonce than the server gave.".to_owned(),
            Mismatch::Time => "iat of the proof is minutes away from the server's clock.".to_owned(),
        };
        mismatches.into_iter().map(says).collect()
    }

    /// Whether the proof that came along is whole as far as its sender can tell: it names the address that was called.
    #[must_use]
    pub fn brings_whole_proof(&self) -> bool {
        self.exchange().sent("dpop").is_some_and(|field| self.proof_faults(field).is_empty())
    }

    /// Where an error speaks of the DPoP proof, whatever its code, and whether of the address in it: what servers write into
    /// `error_description` is their own, the name of the scheme is not.
    #[must_use]
    pub fn speaks_of_proof(&self) -> Option<(Place, bool)> {
        let exchange = self.exchange();
        let text = exchange.response_text();
        if exchange.sent("dpop").is_none() || exchange.status() < 400 || text.len() > LONGEST {
            return None;
        }
        // `error_uri` and `redirect_uri` are words of their own.
        let words: Vec<&str> = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').collect();
        let has = |any: &[&str]| words.iter().any(|word| any.iter().any(|one| word.eq_ignore_ascii_case(one)));
        has(&["dpop", "invalid_dpop_proof"]).then(|| (Place::ResponseBody(0..text.len()), has(&["url", "uri", "htu"])))
    }
}
