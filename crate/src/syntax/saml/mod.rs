//! SAML 2.0: how its messages travel, what they say, and what a receiver will not accept in them.
//!
//! [`binding`] finds a message in a query, a form or a page, [`message`] reads it, [`check`] holds a
//! response to what its receiver expects.

pub mod artifact;
pub mod assertion;
pub mod binding;
pub mod canonical;
pub mod check;
mod digest;
pub mod kind;
pub mod message;
pub mod metadata;
pub mod signature;
pub mod status;
pub mod verify;

use std::borrow::Cow;

use super::xml::Cursor;
use super::{Rule, SyntaxViolation};
use crate::time::Time;

/// Namespace of assertions.
pub const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// Namespace of messages.
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// Namespace of assertions of SAML 1.0 and 1.1.
pub const ASSERTION_1: &str = "urn:oasis:names:tc:SAML:1.0:assertion";
/// Namespace of messages of SAML 1.0 and 1.1.
pub const PROTOCOL_1: &str = "urn:oasis:names:tc:SAML:1.0:protocol";
/// Namespace of XML Encryption.
pub const ENCRYPTION: &str = "http://www.w3.org/2001/04/xmlenc#";
/// Namespace of XML Signature.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The confirmation method by which whoever bears an assertion is its subject.
pub const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// A moment that is no date and time of XML Schema.
pub static BAD_TIME: Rule = Rule { id: "saml-bad-time" };

/// A message or an assertion without an ID.
pub static NO_ID: Rule = Rule { id: "saml-no-id" };

/// A message or an assertion without the moment of its issue.
pub static NO_ISSUE_INSTANT: Rule = Rule { id: "saml-no-issue-instant" };

/// Another version than 2.0.
pub static NOT_SAML_2: Rule = Rule { id: "saml-not-2.0" };

/// Reads a moment from an attribute, noting one that cannot be read.
fn time(element: Cursor<'_, '_>, name: &str, violations: &mut Vec<SyntaxViolation>) -> Option<Time> {
    let text = element.attribute(name)?;
    moment(&text, element.at(), violations)
}

pub(super) fn moment(text: &str, at: usize, violations: &mut Vec<SyntaxViolation>) -> Option<Time> {
    let time = Time::from_rfc3339(text.trim_ascii());
    if time.is_none() {
        violations.push(SyntaxViolation { at, rule: &BAD_TIME });
    }
    time
}

/// Text without the whitespace around it, `None` where nothing is left.
fn trimmed(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text.trim_ascii().into()),
    };
    (!text.is_empty()).then_some(text)
}
