//! Digest: RFC 7616, and RFC 2617 before it.
//!
//! The response is computed from inputs that the caller knows, so that a captured one can be proved
//! right or wrong.

use md5::Md5;
use sha2::{Sha256, Sha512_256};

use super::credentials::Credentials;
use super::lexer::hex_digit;

/// The hash of an `algorithm` parameter, without `-sess`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// `MD5`, also where no algorithm is named.
    Md5,
    /// `SHA-256`.
    Sha256,
    /// `SHA-512-256`, which no browser knows.
    Sha512256,
}

/// An `algorithm` parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Algorithm {
    /// The hash.
    pub hash: Hash,
    /// Whether the key is bound to the session's nonces (`-sess`).
    pub session: bool,
}

impl Algorithm {
    /// Whether Chromium and Firefox answer it: MD5 and SHA-256, both with their session forms; read from
    /// their sources 2026-11-21.
    #[must_use]
    pub fn is_known_to_browsers(self) -> bool {
        self.hash != Hash::Sha512256
    }

    /// Reads the parameter; `None` for an algorithm that nobody defined.
    #[must_use]
    pub fn parse(parameter: Option<&str>) -> Option<Self> {
        let name = parameter.unwrap_or("MD5");
        let (bare, session) = match name.len().checked_sub(5).and_then(|at| name.split_at_checked(at)) {
            Some((bare, end)) if end.eq_ignore_ascii_case("-sess") => (bare, true),
            _ => (name, false),
        };
        let known = [("MD5", Hash::Md5), ("SHA-256", Hash::Sha256), ("SHA-512-256", Hash::Sha512256)];
        known.iter().find(|(known, _)| known.eq_ignore_ascii_case(bare)).map(|(_, hash)| Self { hash: *hash, session })
    }

    fn hex(self, parts: &[&[u8]]) -> String {
        fn digest<D: sha2::Digest>(parts: &[&[u8]]) -> String {
            let mut hasher = D::new();
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    hasher.update(b":");
                }
                hasher.update(part);
            }
            hex(&hasher.finalize())
        }
        match self.hash {
            Hash::Md5 => digest::<Md5>(parts),
            Hash::Sha256 => digest::<Sha256>(parts),
            Hash::Sha512256 => digest::<Sha512_256>(parts),
        }
    }
}

/// Bytes in lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

/// The qualities of protection that a challenge offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Qop {
    /// `auth`, the only one that browsers know.
    pub auth: bool,
    /// `auth-int`.
    pub auth_int: bool,
}

/// What a Digest challenge asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    /// `None` where nobody defined the algorithm named.
    pub algorithm: Option<Algorithm>,
    /// The protections offered; `None` in an old challenge, which names none.
    pub qop: Option<Qop>,
    /// Whether only the nonce was too old, and name and password may be right (`stale`).
    pub stale: bool,
    /// Whether there is a nonce, without which nobody can answer.
    pub nonce: bool,
}

/// What a Digest challenge with these parameters asks for, each given by its lower-case name.
#[must_use]
pub fn demand<'p>(param: impl Fn(&str) -> Option<&'p str>) -> Demand {
    Demand {
        algorithm: Algorithm::parse(param("algorithm")),
        qop: param("qop").map(|qop| Qop { auth: offers(qop, "auth"), auth_int: offers(qop, "auth-int") }),
        stale: param("stale").is_some_and(|value| value.eq_ignore_ascii_case("true")),
        nonce: param("nonce").is_some(),
    }
}

/// Whether a list of protections has this one.
#[must_use]
pub fn offers(qop: &str, option: &str) -> bool {
    qop.split(',').any(|offer| offer.trim().eq_ignore_ascii_case(option))
}

/// What the credentials do not say themselves.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The name, where `userhash` hides it; else as in the credentials.
    pub username: &'a [u8],
    /// The password.
    pub password: &'a [u8],
    /// The request's method.
    pub method: &'a str,
    /// The request's content, for `auth-int`.
    pub body: &'a [u8],
}

/// The `response` that belongs into these credentials (RFC 7616 3.4.1); `None` where the algorithm is
/// unknown, `qop` is of another kind, or a parameter that goes into it is missing. With an empty method
/// and the content of the response it is the `rspauth` by which the server answers (3.5).
#[must_use]
pub fn response(credentials: &Credentials<'_>, known: Known<'_>) -> Option<String> {
    let algorithm = Algorithm::parse(credentials.param("algorithm"))?;
    let param = |name| credentials.param(name).map(str::as_bytes);
    let (realm, nonce, uri) = (param("realm")?, param("nonce")?, param("uri")?);
    let mut a1 = algorithm.hex(&[known.username, realm, known.password]);
    if algorithm.session {
        a1 = algorithm.hex(&[a1.as_bytes(), nonce, param("cnonce")?]);
    }
    let qop = credentials.param("qop");
    let body_hash = algorithm.hex(&[known.body]);
    let a2 = match qop {
        Some(qop) if qop.eq_ignore_ascii_case("auth-int") => algorithm.hex(&[known.method.as_bytes(), uri, body_hash.as_bytes()]),
        Some(qop) if !qop.eq_ignore_ascii_case("auth") => return None,
        _ => algorithm.hex(&[known.method.as_bytes(), uri]),
    };
    Some(match qop {
        Some(qop) => algorithm.hex(&[a1.as_bytes(), nonce, param("nc")?, param("cnonce")?, qop.as_bytes(), a2.as_bytes()]),
        None => algorithm.hex(&[a1.as_bytes(), nonce, a2.as_bytes()]),
    })
}

/// The nonce count, from its eight hexadecimal digits.
#[must_use]
pub fn nonce_count(credentials: &Credentials<'_>) -> Option<u32> {
    let digits = credentials.param("nc").filter(|digits| digits.len() == 8)?;
    digits.bytes().try_fold(0, |count, digit| Some(count << 4 | u32::from(hex_digit(digit)?)))
}

#[cfg(test)]
mod tests {
    use super::super::{challenge, credentials};
    use super::*;

    const MUFASA: Known<'_> = Known { username: b"Mufasa", password: b"Circle of Life", method: "GET", body: b"" };

    fn computed(field: &str, known: Known<'_>) -> Option<String> {
        response(&credentials::parse(field).value, known)
    }

    #[test]
    fn needs_every_input() {
        for field in [
            "Digest realm=\"r\", nonce=\"n\"",
            "Digest realm=\"r\", nonce=\"n\", uri=\"/\", qop=auth",
            "Digest realm=\"r\", nonce=\"n\", uri=\"/\", algorithm=SHA-3",
            "Digest realm=\"r\", nonce=\"n\", uri=\"/\", algorithm=MD5-sess",
            "Digest realm=\"r\", nonce=\"n\", uri=\"/\", qop=other, nc=1, cnonce=\"c\"",
        ] {
            assert_eq!(computed(field, MUFASA), None, "{field}");
        }
        assert!(computed("Digest realm=\"r\", nonce=\"n\", uri=\"/\"", MUFASA).is_some());
    }

    #[test]
    fn reads_what_a_challenge_asks_for() {
        let parsed =
            challenge::parse("Digest realm=\"r\", nonce=\"n\", qop=\"auth, auth-int\", algorithm=SHA-256-sess, stale=TRUE, userhash=true");
        let demand = demand(|name| parsed.value[0].param(name));
        assert_eq!(demand.algorithm, Some(Algorithm { hash: Hash::Sha256, session: true }));
        assert_eq!(demand.qop, Some(Qop { auth: true, auth_int: true }));
        assert!(demand.stale && demand.nonce);
    }
}
