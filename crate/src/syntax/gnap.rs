//! GNAP: where a resource server sends a client for its token (RFC 9635 9.1). The token itself stands
//! behind `GNAP` as behind `Bearer`, and is bound to a key by a signature beside it.

use super::challenge::Challenge;
use super::{Parsed, Rule, SyntaxViolation};

/// No authorization server is named.
pub static NO_SERVER: Rule = Rule { id: "gnap-no-server" };

/// What a resource server asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand<'c> {
    /// The authorization server's address for grants.
    pub as_uri: Option<&'c str>,
    /// What to ask for there.
    pub access: Option<&'c str>,
    /// The resource server's own address, which must be the one that was asked.
    pub referrer: Option<&'c str>,
}

/// Reads a challenge; `None` for one of another scheme. The specification's own example separates the
/// parameters by semicolons where HTTP has commas, and leaves out quotation marks; both forms are read.
#[must_use]
pub fn demand<'c>(challenge: &'c Challenge<'_>) -> Parsed<Option<Demand<'c>>> {
    if !challenge.is("GNAP") {
        return Parsed { value: None, violations: Vec::new() };
    }
    let mut demand = Demand::default();
    for param in &challenge.params {
        let mut name = param.name;
        for piece in param.value.split(';').filter(|_| !param.quoted) {
            let (next, value) = if std::ptr::eq(piece.as_ptr(), param.value.as_ptr()) {
                (name, piece)
            } else {
                piece.trim().split_once('=').unwrap_or((piece, ""))
            };
            name = next;
            set(&mut demand, name, value);
        }
        if param.quoted {
            set(&mut demand, name, &param.value);
        }
    }
    let violations = if demand.as_uri.is_some() { Vec::new() } else { vec![SyntaxViolation { at: challenge.at, rule: &NO_SERVER }] };
    Parsed { value: Some(demand), violations }
}

fn set<'c>(demand: &mut Demand<'c>, name: &str, value: &'c str) {
    match name {
        "as_uri" => demand.as_uri = Some(value),
        "access" => demand.access = Some(value),
        "referrer" => demand.referrer = Some(value),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::challenge;
    use super::*;

    #[test]
    fn reads_both_forms_of_the_example() {
        // RFC 9635 9.1, and as HTTP would have it.
        for field in [
            "GNAP as_uri=https://as.example/tx;access=FWWIKYBQ6U56NL1;referrer=https://rs.example",
            "GNAP as_uri=\"https://as.example/tx\", access=\"FWWIKYBQ6U56NL1\", referrer=\"https://rs.example\"",
        ] {
            let parsed = challenge::parse(field);
            let asked = demand(&parsed.value[0]);
            let expected =
                Demand { as_uri: Some("https://as.example/tx"), access: Some("FWWIKYBQ6U56NL1"), referrer: Some("https://rs.example") };
            assert_eq!((asked.violations, asked.value), (vec![], Some(expected)), "{field}");
        }
    }

    #[test]
    fn names_a_missing_server() {
        assert_eq!(demand(&challenge::parse("GNAP access=\"a;b\"").value[0]).violations[0].rule, &NO_SERVER);
        assert_eq!(demand(&challenge::parse("GNAP access=\"a;b\"").value[0]).value.unwrap().access, Some("a;b"));
        assert_eq!(demand(&challenge::parse("Bearer").value[0]).value, None);
    }
}
