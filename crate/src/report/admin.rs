//! What an administrator searches the logs for.

use super::share::Share;
use crate::redact::pseudonym;
use crate::time::Time;

/// A place where logins are logged, and how it is asked. `{host}`, `{from}`, `{to}`, `{path}` and `{id}` stand for
/// what is known of the failed login. After the vendors' documentation, checked 2026-11-29.
pub(super) const LOGS: [(&str, &str, Needs); 9] = [
    (
        "Entra ID, sign-in logs in Log Analytics (KQL, learn.microsoft.com: SigninLogs)",
        "SigninLogs | where TimeGenerated between (datetime({from}) .. datetime({to})) | where CorrelationId == \"{id}\"",
        Needs::Id,
    ),
    (
        "Entra ID, sign-in logs in Log Analytics, by time",
        "SigninLogs | where TimeGenerated between (datetime({from}) .. datetime({to})) | where ResultType != \"0\"",
        Needs::Host("login.microsoftonline.com"),
    ),
    (
        "Okta System Log (developer.okta.com: System Log query)",
        "GET /api/v1/logs?since={from}&until={to}&filter=outcome.result eq \"FAILURE\"",
        Needs::Host("okta"),
    ),
    ("Auth0 logs (auth0.com: Log Search Query Syntax)", "type:f* AND date:[{from} TO {to}]", Needs::Host("auth0.com")),
    (
        "Keycloak, login events (keycloak.org: Server Administration Guide)",
        "GET /admin/realms/{realm}/events?type=LOGIN_ERROR&dateFrom={from}&dateTo={to}",
        Needs::Path("/realms/"),
    ),
    (
        "AWS CloudWatch Logs Insights (docs.aws.amazon.com)",
        "fields @timestamp, @message | filter @message like \"{id}\" | sort @timestamp desc",
        Needs::Id,
    ),
    ("nginx access log", "grep '{clock}' access.log | grep '\" {status} '", Needs::Nothing),
    ("Apache access log", "grep '{clock}' access_log | grep '\" {status} '", Needs::Nothing),
    ("IIS log (times in UTC)", "findstr /C:\"{iis}\" u_ex*.log | findstr /C:\" {status} \"", Needs::Nothing),
];

pub(super) enum Needs {
    Nothing,
    /// An identifier that the server gave the request.
    Id,
    Host(&'static str),
    Path(&'static str),
}

/// What, where, and the query.
pub(super) fn rows(share: &Share) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    for failure in &share.diagnosis.failures {
        let what = pseudonym::readable(&failure.what);
        for handle in failure.handles.iter().filter(|handle| pseudonym::read(&handle.value).is_none()) {
            rows.push([what.clone(), format!("{}, wherever {} logs it", handle.name, failure.origin), handle.value.clone()]);
        }
        let at =
            failure.exchanges.last().and_then(|number| share.session.records().iter().find(|record| record.exchange.number == *number));
        let Some((exchange, moment)) = at.and_then(|record| Some((&record.exchange, record.exchange.moment()?))) else { continue };
        let id = failure.handles.iter().map(|handle| &*handle.value).find(|value| pseudonym::read(value).is_none());
        let host = exchange.url.host_str().unwrap_or_default();
        for (log, query, needs) in &LOGS {
            let applies = match needs {
                Needs::Nothing => true,
                Needs::Id => id.is_some(),
                Needs::Host(part) => host.contains(part),
                Needs::Path(part) => exchange.url.path().contains(part),
            };
            if applies {
                rows.push([what.clone(), (*log).to_owned(), filled(query, moment, exchange.status(), id, exchange.url.path())]);
            }
        }
    }
    rows
}

fn filled(query: &str, time: Time, status: u16, id: Option<&str>, path: &str) -> String {
    let iso = |time: Time| time.to_utc().replace(' ', "T").replace("TUTC", "Z");
    let utc = time.to_utc();
    // "Fri, 20 Nov 2026 19:51:41 GMT" holds the parts of "20/Nov/2026:19:51:41".
    let http = time.to_http_date();
    let mut parts = http.split([' ', ',']).filter(|part| !part.is_empty()).skip(1);
    let mut next = || parts.next().unwrap_or_default();
    let (day, month, year, clock) = (next(), next(), next(), next());
    let realm = path.split_once("/realms/").and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
    query
        .replace("{from}", &iso(time.plus(-60_000)))
        .replace("{to}", &iso(time.plus(60_000)))
        .replace("{status}", &status.to_string())
        .replace("{id}", id.unwrap_or_default())
        .replace("{realm}", realm)
        .replace("{clock}", &format!("{day}/{month}/{year}:{}", clock.get(..5).unwrap_or_default()))
        .replace("{iis}", utc.get(..16).unwrap_or_default())
}

/// As tab-separated text for a message, not yet searched.
pub(super) fn render(share: &Share) -> String {
    rows(share).into_iter().map(|row| row.join("\t") + "\n").collect()
}
