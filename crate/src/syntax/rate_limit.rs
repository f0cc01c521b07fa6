//! How many requests a server still allows: `RateLimit` and `RateLimit-Policy` of the HTTPAPI draft, and
//! the older fields by many names.
//!
//! Sources: draft-ietf-httpapi-ratelimit-headers-10, and its version 07 for `RateLimit-Limit`; GitHub
//! REST API, "Rate limits"; GitLab, "Rate limits" (`RateLimit-Reset` as a moment); Okta, "Rate limits"
//! (`X-Rate-Limit-*`). Checked 2026-11-21.

use super::structured::{self, Bare, Item, Member};
use super::{Parsed, Rule, SyntaxViolation, http_date};
use crate::fields::Fields;
use crate::time::Time;

/// A member that names no policy, or lacks what it must have.
pub static INCOMPLETE: Rule = Rule { id: "rate-limit-incomplete" };

/// A number that is negative or none.
pub static NOT_A_NUMBER: Rule = Rule { id: "rate-limit-not-a-number" };

/// When requests are counted anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reset {
    /// So many seconds after the response.
    After(u64),
    /// At this moment.
    At(Time),
}

/// One limit. What the server did not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// Its name; empty for the older fields, which know one limit.
    pub policy: String,
    /// How many requests in a window.
    pub quota: Option<u64>,
    /// How long a window is, in seconds.
    pub window: Option<u64>,
    /// How many requests are left.
    pub remaining: Option<u64>,
    /// When requests are counted anew.
    pub reset: Option<Reset>,
}

/// Reads `RateLimit-Policy`. Up to version 07 of the draft a policy had no name: `100;w=60`.
#[must_use]
pub fn policies(field_value: &str) -> Parsed<Vec<Limit>> {
    read(field_value, "q", |item, limit| {
        limit.quota = number(item, "q").or_else(|| whole(&item.value));
        limit.window = number(item, "w");
    })
}

/// Reads `RateLimit`. Up to version 07 of the draft it was one limit: `limit=100, remaining=50, reset=30`.
#[must_use]
pub fn limits(field_value: &str) -> Parsed<Vec<Limit>> {
    let Parsed { value: members, violations } = structured::dictionary(field_value);
    let member = |key: &str| {
        let entry = members.iter().find(|entry| entry.key == key)?;
        if let Member::Item(item) = &entry.member { whole(&item.value) } else { None }
    };
    if let Some(remaining) = member("remaining") {
        let limit =
            Limit { quota: member("limit"), remaining: Some(remaining), reset: member("reset").map(Reset::After), ..Limit::default() };
        return Parsed { value: vec![limit], violations };
    }
    read(field_value, "r", |item, limit| {
        limit.remaining = number(item, "r");
        limit.reset = number(item, "t").map(Reset::After);
    })
}

fn read(field_value: &str, needed: &str, fill: impl Fn(&Item<'_>, &mut Limit)) -> Parsed<Vec<Limit>> {
    let Parsed { value: members, mut violations } = structured::list(field_value);
    let mut limits = Vec::new();
    for member in &members {
        let Member::Item(item) = member else {
            violations.push(SyntaxViolation { at: 0, rule: &INCOMPLETE });
            continue;
        };
        let mut limit = Limit { policy: item.value.text().unwrap_or_default().to_owned(), ..Limit::default() };
        fill(item, &mut limit);
        let is_older = needed == "q" && whole(&item.value).is_some();
        if !is_older && (!matches!(item.value, Bare::String(_)) || number(item, needed).is_none()) {
            violations.push(SyntaxViolation { at: item.at, rule: &INCOMPLETE });
        }
        limits.push(limit);
    }
    violations.sort_by_key(|violation| violation.at);
    Parsed { value: limits, violations }
}

fn number(item: &Item<'_>, name: &str) -> Option<u64> {
    whole(item.param(name)?)
}

fn whole(value: &Bare<'_>) -> Option<u64> {
    value.integer().and_then(|number| u64::try_from(number).ok())
}

/// The beginnings by which services call the three older fields.
const OLDER: [&str; 3] = ["ratelimit-", "x-ratelimit-", "x-rate-limit-"];

/// Every limit that a response names, in whichever fields.
#[must_use]
pub fn of(fields: &Fields) -> Vec<Limit> {
    let mut all: Vec<Limit> = Vec::new();
    for value in fields.all("ratelimit") {
        all.extend(limits(value).value);
    }
    for policy in fields.all("ratelimit-policy").flat_map(|value| policies(value).value) {
        match all.iter_mut().find(|limit| limit.policy == policy.policy) {
            Some(limit) => (limit.quota, limit.window) = (policy.quota, policy.window),
            None => all.push(policy),
        }
    }
    for beginning in OLDER {
        let field = |end: &str| fields.get(&[beginning, end].concat()).map(str::to_owned);
        let limit = Limit {
            policy: String::new(),
            quota: field("limit").and_then(|value| older_number(&value).value),
            remaining: field("remaining").and_then(|value| older_number(&value).value),
            reset: field("reset").and_then(|value| older_reset(&value).value),
            window: None,
        };
        if limit != Limit::default() {
            all.push(limit);
        }
    }
    all
}

/// Reads `RateLimit-Limit`, `-Remaining` and their like; of `100, 100;w=60` the first number.
#[must_use]
pub fn older_number(field_value: &str) -> Parsed<Option<u64>> {
    let first = field_value.split([',', ';']).next().unwrap_or_default().trim();
    let value = first.parse().ok();
    Parsed { value, violations: violation(value.is_none()) }
}

/// Reads `RateLimit-Reset` and its like. A number is taken for a moment where as a span it would be
/// longer than thirty years, in milliseconds where as seconds it would lie beyond the year 5138.
#[must_use]
pub fn older_reset(field_value: &str) -> Parsed<Option<Reset>> {
    const A_MOMENT: u64 = 1_000_000_000;
    const MILLISECONDS: u64 = 100_000_000_000;
    let text = field_value.trim();
    // Some send a fraction of a second.
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let value = match whole.parse::<u64>() {
        Ok(number) if number >= MILLISECONDS => i64::try_from(number).ok().map(|number| Reset::At(Time(number))),
        Ok(number) if number >= A_MOMENT => i64::try_from(number).ok().map(|number| Reset::At(Time::from_seconds(number))),
        Ok(number) => Some(Reset::After(number)),
        Err(_) => Time::from_rfc3339(text).or_else(|| http_date::parse(text).value.map(Time)).map(Reset::At),
    };
    Parsed { value, violations: violation(value.is_none()) }
}

fn violation(is_broken: bool) -> Vec<SyntaxViolation> {
    is_broken.then_some(SyntaxViolation { at: 0, rule: &NOT_A_NUMBER }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(list: &[(&str, &str)]) -> Fields {
        list.iter().copied().collect()
    }

    #[test]
    fn reads_the_examples_of_the_draft() {
        // Sections 3.5 and 4.5, appendix B.
        let parsed = policies("\"permin\";q=50;w=60,\"perhr\";q=1000;w=3600");
        assert_eq!(parsed.violations, []);
        assert_eq!(
            parsed.value.iter().map(|limit| (limit.quota, limit.window)).collect::<Vec<_>>(),
            [(Some(50), Some(60)), (Some(1000), Some(3600))]
        );
        let parsed = limits("\"default\";r=300000000;t=60;pk=:QXBwLTk5OQ==:");
        assert_eq!((parsed.value[0].remaining, parsed.value[0].reset), (Some(300_000_000), Some(Reset::After(60))));
        let joined = of(&fields(&[("RateLimit-Policy", "\"basic\";q=100;w=60"), ("RateLimit", "\"basic\";r=20;t=56")]));
        assert_eq!(
            joined,
            [Limit { policy: "basic".to_owned(), quota: Some(100), window: Some(60), remaining: Some(20), reset: Some(Reset::After(56)) }]
        );
    }

    #[test]
    fn reads_the_older_fields_of_several_services() {
        let github = of(&fields(&[("X-RateLimit-Limit", "60"), ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1691591363")]));
        assert_eq!((github[0].remaining, github[0].reset), (Some(0), Some(Reset::At(Time::from_seconds(1_691_591_363)))));
        let gitlab = of(&fields(&[("RateLimit-Limit", "60"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "1609844400")]));
        assert_eq!(gitlab[0].reset, Some(Reset::At(Time::from_seconds(1_609_844_400))));
        let okta = of(&fields(&[("X-Rate-Limit-Limit", "600"), ("X-Rate-Limit-Remaining", "599")]));
        assert_eq!((okta[0].quota, okta[0].remaining, okta[0].reset), (Some(600), Some(599), None));
        // draft-ietf-httpapi-ratelimit-headers-07.
        assert_eq!(older_number("100, 100;w=60").value, Some(100));
        assert_eq!(older_reset("50").value, Some(Reset::After(50)));
        assert_eq!(older_reset("1691591363000").value, Some(Reset::At(Time::from_seconds(1_691_591_363))));
        assert_eq!(older_reset("Tue, 05 Jan 2021 11:00:00 GMT").value, Some(Reset::At(Time::from_seconds(1_609_844_400))));
    }

    #[test]
    fn reads_the_fields_of_version_07() {
        // Sections 3.1 and 3.2, as express-rate-limit and others still send them.
        let joined = of(&fields(&[("RateLimit-Policy", "100;w=60"), ("RateLimit", "limit=100, remaining=0, reset=5")]));
        assert_eq!(
            joined,
            [Limit { quota: Some(100), window: Some(60), remaining: Some(0), reset: Some(Reset::After(5)), ..Limit::default() }]
        );
        assert_eq!(policies("100;w=60").violations, []);
        assert_eq!(limits("limit=100, remaining=0, reset=5").violations, []);
    }

    #[test]
    fn names_what_is_no_limit() {
        let rules =
            |parsed: Parsed<Vec<Limit>>| parsed.violations.iter().map(|violation| (violation.at, violation.rule.id)).collect::<Vec<_>>();
        assert_eq!(
            rules(limits("default;r=1, \"x\";t=5, (\"a\")")),
            [(0, "rate-limit-incomplete"), (0, "rate-limit-incomplete"), (13, "rate-limit-incomplete")]
        );
        assert_eq!(older_reset("soon").violations[0].rule, &NOT_A_NUMBER);
        assert_eq!(older_number("-1").violations[0].rule, &NOT_A_NUMBER);
        assert!(of(&fields(&[("X-Request-Id", "1")])).is_empty());
    }
}
