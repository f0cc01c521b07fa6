//! Which cause each pair states, or why it states none. The compiler sees to it that no pair is left out.

use super::pair::{Fault, Pair, Subject};

/// What becomes of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It states the cause of this id.
    Cause(&'static str),
    /// It states none, for this reason.
    None(&'static str),
}

const CANNOT_BE: Claim = Claim::None("nothing of this kind can be so");
const SAYS_NOT_WHICH: Claim = Claim::None("it names no cause: expired, foreign and malformed all look so");
const FORM_LEFT_EMPTY: Claim = Claim::None("a field of a form was left empty");
const OF_THE_SERVER: Claim = Claim::None("it is the server's own, which causes tell from the handshake");

/// What becomes of a pair.
#[must_use]
#[allow(clippy::enum_glob_use, reason = "a table of sixteen by twenty-six")]
pub const fn claim(pair: Pair) -> Claim {
    use Claim::Cause;
    use Fault::*;
    match pair.subject {
        Subject::Account => match pair.fault {
            Wrong | Mismatched | Unknown => Cause("wrong-credentials"),
            Expired | NotYetValid | Revoked | Disabled => Cause("account-disabled"),
            Locked | TooMany => Cause("account-locked"),
            MustChange => Cause("password-expired"),
            Denied => Cause("user-not-assigned"),
            Missing => FORM_LEFT_EMPTY,
            Reused => Claim::None("the name is taken: a sign-up"),
            TooLarge | Malformed | Unsigned => CANNOT_BE,
        },
        Subject::Password => match pair.fault {
            Wrong | Denied | Mismatched | Unknown => Cause("wrong-credentials"),
            Expired | MustChange | Revoked => Cause("password-expired"),
            Locked | TooMany => Cause("account-locked"),
            Disabled => Cause("account-disabled"),
            Missing => FORM_LEFT_EMPTY,
            Reused | TooLarge | Malformed => Claim::None("a new password breaks a rule"),
            NotYetValid | Unsigned => CANNOT_BE,
        },
        Subject::SecondFactor => match pair.fault {
            Missing | Denied | MustChange | Disabled => Cause("mfa-required"),
            Wrong | Mismatched | Unknown | Expired | Reused | Revoked | Malformed | NotYetValid => Cause("wrong-credentials"),
            Locked | TooMany => Cause("account-locked"),
            TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Token => match pair.fault {
            Missing => Cause("missing-credentials"),
            Expired => Cause("token-expired"),
            NotYetValid => Cause("token-not-yet-valid"),
            Revoked | Locked | Disabled => Cause("token-revoked"),
            Malformed => Cause("token-malformed"),
            Unsigned => Cause("token-signature-invalid"),
            Reused => Cause("token-superseded"),
            TooLarge => Cause("cookie-header-too-large"),
            Wrong | Mismatched | Unknown | Denied => SAYS_NOT_WHICH,
            MustChange | TooMany => CANNOT_BE,
        },
        Subject::RefreshToken => match pair.fault {
            Expired => Cause("refresh-token-expired"),
            Reused => Cause("refresh-token-reused"),
            Revoked | Unknown | Disabled | Locked => Cause("token-revoked"),
            Wrong | Missing | Mismatched | Malformed | Denied | Unsigned | NotYetValid => Cause("token-refresh-failed"),
            MustChange | TooMany | TooLarge => CANNOT_BE,
        },
        Subject::Session => match pair.fault {
            Missing => Claim::None("the refusal itself says that nobody is signed in; why, only the requests before show"),
            Expired | Unknown => Cause("session-expired"),
            Revoked | Reused | Disabled | Locked => Cause("session-ended-by-server"),
            Malformed | Unsigned => Cause("session-corrupt"),
            Wrong | Mismatched | Denied => Claim::None("it names no cause: an expired and a foreign session look so"),
            TooMany => Claim::None("another session has to end first, which no capture shows"),
            NotYetValid | MustChange | TooLarge => CANNOT_BE,
        },
        Subject::Cookie => match pair.fault {
            Denied | Disabled => Cause("cookies-disabled"),
            TooLarge | TooMany => Cause("cookie-header-too-large"),
            Expired => Cause("session-expired"),
            Malformed | Unsigned => Cause("session-corrupt"),
            Missing | Wrong | Mismatched | Unknown | Revoked | Reused => Claim::None("which cookie and why is seen from the cookie store"),
            NotYetValid | Locked | MustChange => CANNOT_BE,
        },
        Subject::ApiKey => match pair.fault {
            Missing => Cause("api-key-missing"),
            Wrong | Expired | NotYetValid | Revoked | Locked | Disabled | Denied | Malformed | Mismatched | Unknown => {
                Cause("api-key-invalid")
            }
            TooMany => Cause("rate-limited"),
            Reused => Cause("multiple-credentials"),
            MustChange | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::ForgeryToken => match pair.fault {
            Wrong | Missing | Expired | Revoked | Reused | Denied | Malformed | Mismatched | Unknown | Unsigned | NotYetValid => {
                Cause("csrf-rejected")
            }
            Locked | Disabled | MustChange | TooMany | TooLarge => CANNOT_BE,
        },
        Subject::Client => match pair.fault {
            Wrong | Missing | Expired | Revoked | Disabled | Denied | Mismatched | Unknown | Locked => Cause("oauth-invalid-client"),
            TooMany => Cause("rate-limited"),
            NotYetValid | Reused | MustChange | TooLarge | Malformed | Unsigned => CANNOT_BE,
        },
        Subject::RedirectUri => match pair.fault {
            Wrong | Missing | Denied | Malformed | Mismatched | Unknown | Disabled => Cause("oauth-redirect-uri-mismatch"),
            Expired | NotYetValid | Revoked | Reused | Locked | MustChange | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Code => match pair.fault {
            Wrong | Expired | Revoked | Reused | Malformed | Mismatched | Unknown | NotYetValid | Denied => Cause("oauth-code-rejected"),
            Missing => Cause("oauth-invalid-request"),
            Locked | Disabled | MustChange | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::State => match pair.fault {
            Wrong | Missing | Expired | Reused | Mismatched | Unknown | Malformed | Unsigned | Revoked => Cause("oauth-state-mismatch"),
            NotYetValid | Locked | Disabled | MustChange | Denied | TooMany | TooLarge => CANNOT_BE,
        },
        Subject::Nonce => match pair.fault {
            Wrong | Missing | Expired | Reused | Revoked | Malformed | Mismatched | Unknown => {
                Claim::None("nonces of ID tokens, Digest, DPoP and forms are called the same: their values tell")
            }
            NotYetValid | Locked | Disabled | MustChange | Denied | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Scope => match pair.fault {
            Missing | Denied => Cause("insufficient-scope"),
            Wrong | Unknown | Malformed | Mismatched | Disabled => Cause("oauth-invalid-scope"),
            Expired | NotYetValid | Revoked | Reused | Locked | MustChange | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Audience => match pair.fault {
            Wrong | Missing | Denied | Mismatched | Unknown | Malformed => Cause("token-wrong-audience"),
            Expired | NotYetValid | Revoked | Reused | Locked | Disabled | MustChange | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Issuer => match pair.fault {
            Wrong | Missing | Denied | Mismatched | Unknown | Malformed | Disabled => Cause("token-wrong-issuer"),
            Expired | NotYetValid | Revoked | Reused | Locked | MustChange | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Backend => match pair.fault {
            Missing => Cause("auth-backend-unavailable"),
            _ => Claim::None("what a directory has against somebody is said of the account or the password"),
        },
        Subject::Signature => match pair.fault {
            Wrong | Missing | Malformed | Unsigned | Mismatched | Unknown | Denied => Cause("token-signature-invalid"),
            // PyJWT says so of the token.
            Expired => Cause("token-expired"),
            NotYetValid => Cause("token-not-yet-valid"),
            Revoked | Reused => Cause("token-revoked"),
            Locked | Disabled | MustChange | TooMany | TooLarge => CANNOT_BE,
        },
        Subject::Key => match pair.fault {
            Wrong | Missing | Expired | Revoked | Mismatched | Unknown | Malformed | Disabled => Cause("token-signature-invalid"),
            NotYetValid | Reused | Locked | MustChange | Denied | TooMany | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Permission => match pair.fault {
            Missing | Denied | Wrong | Revoked => Cause("insufficient-permissions"),
            Expired | NotYetValid | Reused | Locked | Disabled | MustChange | TooMany | TooLarge | Malformed | Unsigned | Mismatched
            | Unknown => CANNOT_BE,
        },
        Subject::Address => match pair.fault {
            Denied | Locked | Disabled => Cause("ip-denied"),
            TooMany => Cause("rate-limited"),
            Mismatched => Cause("session-bound-to-address"),
            Wrong | Missing | Unknown | Malformed => Claim::None("an address in a form"),
            Expired | NotYetValid | Revoked | Reused | MustChange | TooLarge | Unsigned => CANNOT_BE,
        },
        Subject::Rate => match pair.fault {
            TooMany | Denied | Locked => Cause("rate-limited"),
            Wrong => Cause("wrong-credentials"),
            Missing | Expired | NotYetValid | Revoked | Reused | Disabled | MustChange | TooLarge | Malformed | Unsigned | Mismatched
            | Unknown => CANNOT_BE,
        },
        Subject::Header => match pair.fault {
            Missing => Cause("missing-credentials"),
            Wrong | Malformed => Cause("malformed-authorization"),
            TooLarge | TooMany => Cause("cookie-header-too-large"),
            Expired | NotYetValid | Revoked | Reused | Locked | Disabled | MustChange | Denied | Unsigned | Mismatched | Unknown => {
                SAYS_NOT_WHICH
            }
        },
        Subject::Certificate => match pair.fault {
            Missing => Cause("client-certificate-required"),
            Wrong | Expired | NotYetValid | Revoked | Denied | Malformed | Mismatched | Unknown | Unsigned => OF_THE_SERVER,
            Reused | Locked | Disabled | MustChange | TooMany | TooLarge => CANNOT_BE,
        },
        Subject::Request => match pair.fault {
            TooMany => Cause("rate-limited"),
            Denied | Disabled | Locked => Claim::None("who denied it is told by what is in front of the application"),
            Wrong | Missing | Expired | NotYetValid | Revoked | Reused | MustChange | TooLarge | Malformed | Unsigned | Mismatched
            | Unknown => Claim::None("it says of no login what is wrong"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_somebody_may_not_come_from_says_more_than_that_they_may_not() {
        let claimed = |sentence: &str| super::super::of_sentence(sentence).map(claim);
        for sentence in [
            "You are not allowed to log in from this IP address.",
            "No puedes iniciar sesión desde esa dirección IP.",
            "Vous ne pouvez pas vous connecter depuis cette adresse IP.",
            "Accesso non consentito da questo indirizzo IP.",
        ] {
            assert!(matches!(claimed(sentence), Some(Claim::Cause("ip-denied"))), "{sentence}");
        }
        for sentence in ["Too many login attempts from this IP address.", "Zu viele Anmeldeversuche von dieser IP-Adresse."] {
            assert!(matches!(claimed(sentence), Some(Claim::Cause("rate-limited"))), "{sentence}");
        }
        assert!(matches!(claimed("You are not allowed to log in."), Some(Claim::Cause("user-not-assigned"))));
    }

    #[test]
    fn every_cause_that_is_claimed_exists() {
        for subject in Subject::ALL {
            for fault in Fault::ALL {
                if let Claim::Cause(id) = claim(Pair { subject: *subject, fault: *fault }) {
                    assert!(crate::causes::catalogue::find(id).is_some(), "{} {}: {id}", subject.name(), fault.name());
                }
            }
        }
    }
}
