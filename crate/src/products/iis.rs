//! The sub-statuses that Internet Information Services adds to a 401, as its detailed error pages
//! name them ("HTTP Error 401.3 - Unauthorized").
//!
//! Source: Microsoft Learn, "HTTP status codes in IIS"; checked 2026-11-20.

use std::ops::Range;

use super::statement::PREFIX;

/// One sub-status.
#[derive(Debug)]
pub struct SubStatus {
    /// What stands behind the dot.
    pub number: u16,
    /// What Microsoft calls it.
    pub name: &'static str,
}

const SUB_STATUSES: [SubStatus; 9] = [
    SubStatus { number: 1, name: "Logon failed" },
    SubStatus { number: 2, name: "Logon failed due to server configuration" },
    SubStatus { number: 3, name: "Unauthorized due to ACL on resource" },
    SubStatus { number: 4, name: "Authorization failed by filter" },
    SubStatus { number: 5, name: "Authorization failed by ISAPI/CGI application" },
    SubStatus {
        number: 501,
        name: "Access Denied: too many requests from the same client IP; Dynamic IP Restriction Concurrent request rate limit reached",
    },
    SubStatus {
        number: 502,
        name: "Forbidden: Too many requests from the same client IP; Dynamic IP Restriction Maximum request rate limit reached",
    },
    SubStatus { number: 503, name: "Access Denied: the IP address is included in the Deny list of IP Restriction" },
    SubStatus { number: 504, name: "Access Denied: the host name is included in the Deny list of IP Restriction" },
];

/// The sub-status that a body names, and where.
#[must_use]
pub fn iis_sub_status(body: &str) -> Option<(&'static SubStatus, Range<usize>)> {
    let found = find_any(body, ["http error 401.", "error 401.", "error message 401."]).or_else(|| in_title(body))?;
    let digits = body.get(found.end..)?.bytes().take_while(u8::is_ascii_digit).count();
    let number: u16 = body.get(found.end..found.end + digits)?.parse().ok()?;
    let status = SUB_STATUSES.iter().find(|status| status.number == number)?;
    Some((status, found.start..found.end + digits))
}

/// Where the title of IIS's detailed page, in whatever language, has the status.
fn in_title(body: &str) -> Option<Range<usize>> {
    let begins = find_any(body, ["<title>iis "])?.end;
    let title = body.get(begins..)?.split('<').next()?;
    let at = title.find(" 401.").map(|at| begins + at + 1)?;
    Some(at..at + "401.".len())
}

/// Where the first of the phrases stands in the beginning of a text, letter case ignored.
fn find_any<'a>(text: &str, phrases: impl IntoIterator<Item = &'a str>) -> Option<Range<usize>> {
    let prefix = text.as_bytes().get(..PREFIX.min(text.len()))?.to_ascii_lowercase();
    phrases.into_iter().find_map(|phrase| memchr::memmem::find(&prefix, phrase.as_bytes()).map(|at| at..at + phrase.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_number_behind_the_dot() {
        let found = |body| iis_sub_status(body).map(|(status, _)| status.number);
        assert_eq!(found("<h2>HTTP Error 401.3 - Unauthorized</h2>"), Some(3));
        assert_eq!(found("<title>IIS 10.0 Detailed Error - 401.2</title> HTTP Error 401.502 - Forbidden"), Some(502));
        assert_eq!(found("<title>IIS 10.0 – Detaillierter Fehler – 401.3 – Unauthorized</title><h3>HTTP-Fehler 401.3</h3>"), Some(3));
        assert_eq!(found("<title>News 401.3</title>"), None);
        // As ASP.NET itself writes it.
        assert_eq!(found("<h1>Access is denied.</h1> Error message 401.2.: Unauthorized: Logon failed"), Some(2));
        assert_eq!(found("HTTP Error 401.77"), None);
        assert_eq!(found("HTTP Error 401. Something"), None);
    }
}
