//! Every cookie gets a name that says nothing.

use std::collections::BTreeMap;

use why401::exchange::Exchange;

use super::each;
use super::neutral::Names;
use super::text::{self, Where};
use crate::cases::Case;

/// Prefixes that browsers know (RFC 6265bis 4.1.3).
const PREFIXES: [&str; 2] = ["__Host-", "__Secure-"];

/// How names begin that products document and nobody can choose: the cookies of balancers, of ASP.NET Core's
/// and oauth2-proxy's logins under way, WordPress' test.
const FIXED: [&str; 8] =
    [".AspNetCore.", "_oauth2_proxy", "ARRAffinity", "AWSALB", "JSESSIONID", "PHPSESSID", "SERVERID", "wordpress_test_cookie"];

pub fn apply(case: &Case) -> Vec<Vec<Exchange>> {
    let mut names = Names::default();
    let mut renamed: BTreeMap<String, String> = BTreeMap::new();
    each(case, |exchange| {
        text::rewrite(exchange, |at, old| match at {
            Where::Sent("cookie") => old.split(';').map(|pair| pair_renamed(pair, &mut names, &mut renamed)).collect::<Vec<_>>().join(";"),
            Where::Received("set-cookie") => match old.split_once(';') {
                Some((pair, attributes)) => format!("{};{attributes}", pair_renamed(pair, &mut names, &mut renamed)),
                None => pair_renamed(old, &mut names, &mut renamed),
            },
            _ => old.to_owned(),
        })
    })
}

fn pair_renamed(pair: &str, names: &mut Names, renamed: &mut BTreeMap<String, String>) -> String {
    let Some((name, value)) = pair.split_once('=') else { return pair.to_owned() };
    let bare = name.trim_start();
    if FIXED.iter().any(|fixed| bare.starts_with(fixed)) {
        return pair.to_owned();
    }
    let new = renamed.entry(bare.to_owned()).or_insert_with(|| match PREFIXES.iter().find(|prefix| bare.starts_with(**prefix)) {
        Some(prefix) => format!("{prefix}{}", names.of(&bare[prefix.len()..])),
        None => names.of(bare),
    });
    format!("{}{new}={value}", &name[..name.len() - bare.len()])
}
