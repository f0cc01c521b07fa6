//! Grammars: text in, `(value, violations)` out.
//!
//! A grammar never fails and never panics: a broken header field is itself evidence. It borrows
//! from its input wherever it can, takes time linear in the input, and is bounded in depth, length
//! and count by [`limits`](crate::limits).

pub mod api_keys;
pub mod aws_canonical;
pub mod aws_sigv4;
pub mod basic;
pub mod browser_choice;
pub mod cache;
pub mod challenge;
pub mod clear_site_data;
pub mod cookie;
pub mod cookie_date;
pub mod cors;
pub mod credentials;
pub mod csp;
pub mod der;
pub mod digest;
pub mod dpop;
pub mod form;
pub mod hidden_fields;
pub mod http_date;
pub mod inflate;
pub mod json;
pub mod jwt;
pub mod kerberos;
pub mod lexer;
pub mod list;
pub mod negotiate;
pub mod net_error;
pub mod ntlm;
pub mod oauth;
pub mod oidc;
pub mod placeholder;
pub mod problem_json;
pub mod proxy;
pub mod rate_limit;
pub mod redaction;
pub mod referrer;
pub mod retry_after;
pub mod saml;
pub mod schemes;
pub mod secret;
pub mod server_time;
pub mod set_cookie;
pub mod signed_address;
pub mod spnego;
pub mod structured;
pub mod token_prefixes;
pub mod ws_federation;
pub mod x509;
pub mod xml;

use crate::data;

/// What a grammar made of its input: the value as far as it could be read, and every departure
/// from the grammar with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed<T> {
    /// The value, with whatever could be read.
    pub value: T,
    /// Departures from the grammar, in order of position.
    pub violations: Vec<SyntaxViolation>,
}

/// One departure from a grammar. It is not an error: parsing went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxViolation {
    /// Byte offset into the text that was parsed.
    pub at: usize,
    /// The rule that was broken.
    pub rule: &'static Rule,
}

/// A rule of a grammar, as it is named to people and in machine-readable output.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Stable name, in kebab case: `unterminated-quoted-string`; its line in `crate/data/rules.tsv` says
    /// the rest.
    pub id: &'static str,
}

impl Rule {
    /// What is wrong, as the end of a sentence that begins with the field's name:
    /// "has a quoted string that is never closed".
    #[must_use]
    pub fn says(&self) -> &'static str {
        self.row().0
    }

    /// Where the rule stands: "RFC 9110 5.6.4".
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.row().1
    }

    fn row(&self) -> (&'static str, &'static str) {
        let row = |line: &'static str| line.strip_prefix(self.id)?.strip_prefix('\t')?.split_once('\t');
        data::rules().lines().find_map(row).unwrap_or_default()
    }
}

/// Text without the spaces and tabs around it.
pub(crate) fn trim_wsp(text: &str) -> &str {
    let is_wsp = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    if is_wsp(text.as_bytes().first()) || is_wsp(text.as_bytes().last()) { text.trim_matches([' ', '\t']) } else { text }
}
