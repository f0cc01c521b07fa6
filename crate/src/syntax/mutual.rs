//! Mutual authentication, RFC 8120: which message of the exchange a field bears.

use super::challenge::Challenge;
use super::lexer::{AuthParam, param, place};
use super::{Parsed, Rule, SyntaxViolation};

/// A version other than 1.
pub static BAD_VERSION: Rule = Rule { id: "mutual-bad-version" };

/// A nonce counter that is no hexadecimal number.
pub static BAD_COUNTER: Rule = Rule { id: "mutual-bad-counter" };

/// The messages, in the order in which they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// 401-INIT: the server asks for a login.
    Init,
    /// 401-INIT with `reason=stale-session`: the session is over, the password may be right.
    Stale,
    /// req-KEX-C1: the client begins to agree on a key, with `kc1`.
    ClientKey,
    /// 401-KEX-S1: the server goes on, with `ks1` and a session.
    ServerKey,
    /// req-VFY-C: the client proves that it knows the password, with `vkc`.
    ClientProof,
    /// 200-VFY-S: the server proves it too, with `vks`.
    ServerProof,
}

/// One message. Keys and proofs are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'c> {
    /// Which.
    pub step: Step,
    /// Why the server asks: `initial`, `stale-session`, `auth-failed`, …
    pub reason: Option<&'c str>,
    /// The session, from the second message on.
    pub session: Option<&'c str>,
    /// How the exchange is bound to the connection: `host`, `tls-server-end-point`, `tls-unique`.
    pub validation: Option<&'c str>,
}

/// Reads a challenge; `None` for one of another scheme.
#[must_use]
pub fn of_challenge<'c>(challenge: &'c Challenge<'_>) -> Parsed<Option<Message<'c>>> {
    if challenge.is("Mutual") { message(&challenge.params, true) } else { Parsed { value: None, violations: Vec::new() } }
}

/// Reads the parameters of `Authorization`, or of `Authentication-Info`; `None` where they are no message.
#[must_use]
pub fn of_params<'c>(params: &'c [AuthParam<'_>]) -> Parsed<Option<Message<'c>>> {
    message(params, false)
}

fn message<'c>(params: &'c [AuthParam<'_>], is_challenge: bool) -> Parsed<Option<Message<'c>>> {
    let text = |name| param(params, name);
    let reason = text("reason");
    let step = if text("vks").is_some() {
        Step::ServerProof
    } else if text("vkc").is_some() {
        Step::ClientProof
    } else if text("ks1").is_some() {
        Step::ServerKey
    } else if text("kc1").is_some() {
        Step::ClientKey
    } else if is_challenge {
        if reason == Some("stale-session") { Step::Stale } else { Step::Init }
    } else {
        return Parsed { value: None, violations: Vec::new() };
    };
    let mut violations = Vec::new();
    if text("version").is_none_or(|version| version != "1") {
        violations.push(SyntaxViolation { at: place(params, "version"), rule: &BAD_VERSION });
    }
    if text("nc").is_some_and(|count| u64::from_str_radix(count, 16).is_err()) {
        violations.push(SyntaxViolation { at: place(params, "nc"), rule: &BAD_COUNTER });
    }
    crate::order::sort_by_key(&mut violations, |violation| violation.at);
    Parsed { value: Some(Message { step, reason, session: text("sid"), validation: text("validation") }), violations }
}

#[cfg(test)]
mod tests {
    use super::super::{auth_info, challenge, credentials};
    use super::*;

    const COMMON: &str = "version=1, algorithm=iso-kam3-dl-2048-sha256, validation=host, realm=\"a\"";

    #[test]
    fn tells_the_messages_of_rfc_8120_4_apart() {
        let asked = |rest: &str| {
            let field = format!("Mutual {COMMON}{rest}");
            let parsed = challenge::parse(&field);
            let message = of_challenge(&parsed.value[0]);
            assert_eq!(message.violations, []);
            message.value.map(|message| message.step)
        };
        assert_eq!(asked(", reason=initial"), Some(Step::Init));
        assert_eq!(asked(", reason=stale-session"), Some(Step::Stale));
        assert_eq!(asked(", sid=8c7d, ks1=\"a\", nc-max=400, nc-window=128, time=60"), Some(Step::ServerKey));
        let sent =
            |rest: &str| of_params(credentials::parse(&format!("Mutual {COMMON}{rest}")).value.params()).value.map(|message| message.step);
        assert_eq!(sent(", user=\"b\", kc1=\"a\""), Some(Step::ClientKey));
        assert_eq!(sent(", sid=8c7d, nc=1a, vkc=\"a\""), Some(Step::ClientProof));
        let info = auth_info::parse("version=1, sid=8c7d, vks=\"a\"").value;
        assert_eq!(of_params(&info).value.map(|message| (message.step, message.session)), Some((Step::ServerProof, Some("8c7d"))));
    }

    #[test]
    fn names_what_is_broken() {
        let credentials = credentials::parse("Mutual realm=\"a\", version=2, sid=8c7d, nc=x, vkc=\"a\"");
        let rules: Vec<_> = of_params(credentials.value.params()).violations.iter().map(|violation| violation.rule.id).collect();
        assert_eq!(rules, ["mutual-bad-version", "mutual-bad-counter"]);
        assert_eq!(of_params(&[]).value, None);
    }
}
