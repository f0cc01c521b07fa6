use super::TOLERANCE;
use crate::cause::{Audience, Case, Cause, CauseMeta};
use crate::declare_cause;
use crate::facts::Fingerprint;
use crate::facts::tokens::{Carrier, Token};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::clock::{Offset, Whose};
use crate::session::{FailureKind, Record, Stated};
use crate::syntax::aws_sigv4;
use crate::time::{Time, span};

declare_cause! {
    /// The server's clock and the browser's disagree, and something that is bound to time is in
    /// force by one of them and not by the other. Renewing the token does not help while the clocks
    /// stay apart.
    ///
    /// ```http-notation
    /// > GET https://api.example.test/me
    /// > Authorization: Bearer {jwt iat=-60 exp=600}
    /// < 401 Unauthorized
    /// < Date: {date +2h}
    /// < WWW-Authenticate: Bearer error="invalid_token"
    /// ```
    ClockSkew {
        id: "clock-skew",
        family: "tokens",
        side: Client,
        stage: Clock,
        title: "Two clocks disagree",
        recognised: "The server's Date is away from the browser's clock by more than the round trip and a minute, and exp, nbf or iat of the refused token holds by one clock only. Or two servers' clocks are more than a minute apart, and one does not take an address that the other has just made and dated. Or a request was signed for AWS by the browser's clock, away from the service's by more than it allows.",
        remedies: [
            (User, "Set your computer's clock: switch on automatic time and time zone.", "The difference shown here is below a minute."),
            (Developer, "Do not decide from the browser's clock whether a token is still good: take the server's Date or the answer.", "The call succeeds on a machine whose clock is wrong."),
            (Administrator, "Compare the server's clock with a time service (timedatectl, w32tm /query /status) and start synchronisation where it is off.", "The Date field of an answer agrees with a time service."),
        ],
        references: [("RFC 7519 4.1.4: leeway for clock skew", "https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4"), ("RFC 9110 6.6.1: Date", "https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1")],
    }
}

impl Cause for ClockSkew {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        if let Some(stated) = case.stated(META.id) {
            return Some(by_word(case, stated));
        }
        if let Some(finding) = handed_over(case).or_else(|| thrown_away(case)).or_else(|| signed(case)) {
            return Some(finding);
        }
        let token = case.facts().token()?;
        let offset = case.clock_offset()?.at_least();
        if offset.abs() < TOLERANCE || !case.is_denied() {
            return None;
        }
        let (server, browser) = (case.server_time()?, case.exchange().started);
        let splits = |bound: Option<Time>| bound.is_some_and(|bound| (bound <= server) != (bound <= browser));
        let claim = if splits(token.expires()) {
            "exp"
        } else if splits(token.not_before()) {
            "nbf"
        } else if splits(token.issued()) {
            "iat"
        } else {
            return None;
        };
        let direction = if offset > 0 { "ahead of" } else { "behind" };
        let finding = Finding::new(
            &META,
            case.token_certainty(),
            format!(
                "The clock of {} is {} {direction} the browser's, and {claim} of the token lies between the two.",
                case.host(),
                span(offset)
            ),
        )
        .about(case.host())
        .shown(case.at(), case.token_place(), format!("{claim} of this token holds by one clock and not by the other."))
        .shown(case.at(), Place::Moment, format!("The browser's clock said {}.", browser.to_utc()));
        let finding = if case.facts().date.is_some() {
            finding.shown(case.at(), Place::Received("date", 0), format!("The server's clock said {}.", server.to_utc()))
        } else {
            finding
        };
        Some(match case.whose_clock() {
            Some(Whose::Browser(sites)) => finding.advise(
                Audience::User,
                format!("Set the clock of this computer: {} and {} agree with each other against it.", case.host(), sites.join(", ")),
                "The difference shown here is below a minute.",
            ),
            Some(Whose::Server(sites)) => finding.advise(
                Audience::Administrator,
                format!("Set the clock of {}: {} and the browser agree with each other against it.", case.host(), sites.join(", ")),
                "The Date field of an answer agrees with a time service.",
            ),
            _ => {
                finding.next("Answers of other sites in the same capture: do their Date fields agree with the browser or with this server?")
            }
        })
    }
}

/// The finding where the server itself says that the times are too far apart.
fn by_word(case: &Case<'_>, stated: &Stated) -> Finding {
    let offset = case.clock_offset().map(|offset| offset.at_least()).filter(|offset| offset.abs() >= TOLERANCE);
    let by = offset.map_or_else(String::new, |offset| format!(" by {}", span(offset)));
    let finding = Finding::new(
        &META,
        Certainty::Stated,
        format!("{} says that its clock and the request's time are too far apart{by}.", case.host()),
    )
    .about(case.host())
    .shown(stated.at, stated.place.clone(), format!("This is how {} says so.", stated.product));
    if case.facts().date.is_some() { finding.shown(case.at(), Place::Received("date", 0), "The server's clock.") } else { finding }
}

/// The finding where a page is given a token that its issuer has just made, and that is over, or not valid yet, by the browser's
/// clock: it is never borne, and the page asks for the next one at once.
fn thrown_away(case: &Case<'_>) -> Option<Finding> {
    if !matches!(case.failure.kind, FailureKind::Bounced | FailureKind::Loop) {
        return None;
    }
    let tokens = case.session.tokens();
    let is_idle = |token: Fingerprint| tokens.borne(token).next().is_none();
    let given = |(at, record): (usize, &Record)| {
        let date = record.facts.date.filter(|_| !record.exchange.unseen.moment)?;
        let offset = Offset::of(date, record.exchange.started, record.exchange.ended()).at_least();
        let (browser, server) = (record.exchange.started, record.exchange.started.plus(offset));
        let splits = |bound: Option<Time>| bound.is_some_and(|bound| (bound <= server) != (bound <= browser));
        let handed = || record.facts.tokens.iter().filter(|seen| seen.carrier == Carrier::ResponseJson);
        // No request ever bears an ID token; of all that came with it none is borne.
        let mut seen = handed().filter(|_| handed().all(|seen| is_idle(seen.token.fingerprint)));
        let is_split = |token: &Token| splits(token.expires()) || splits(token.issued()) || splits(token.not_before());
        let given = seen.find(|seen| offset.abs() >= TOLERANCE && is_split(&seen.token))?;
        Some((at, offset, given.name.clone(), record.exchange.url.host_str()?.to_owned()))
    };
    let (at, offset, name, issuer) = case.earlier_anywhere().take(RECENT).find_map(given)?;
    let direction = if offset > 0 { "behind" } else { "ahead of" };
    let summary = format!(
        "The browser's clock is {} {direction} that of {issuer}: by its own clock the page takes the {name} that it has just got for out of its time, and asks anew.",
        span(offset)
    );
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(issuer)
            .shown(at, Place::Status, format!("The {name} of this answer holds by the issuer's clock and not by the browser's."))
            .shown(at, Place::Received("date", 0), "The issuer's clock.")
            .shown(case.at(), Place::Target, "No request bears the token; the page begins the login once more.")
            .advise(Audience::User, "Set the clock of this computer by a time service.", "The login ends on the page."),
    )
}

/// Milliseconds between a signature and the request that bears it, where it was made for this request.
const MADE_FOR_IT: i64 = 60_000;

/// The finding where a request is signed for AWS by a clock that the service does not take for its own.
fn signed(case: &Case<'_>) -> Option<Finding> {
    let exchange = case.exchange();
    let signature = aws_sigv4::of_credentials(&case.record.sent_credentials()?).value?;
    let signed_at = signature.signed_at.or_else(|| aws_sigv4::time(exchange.sent("x-amz-date")?))?;
    let offset = case.clock_offset()?.at_least();
    let is_fresh = !exchange.unseen.moment && exchange.started.since(signed_at).abs() <= MADE_FOR_IT;
    if !is_fresh || !case.is_denied() || offset.abs() <= aws_sigv4::ALLOWED {
        return None;
    }
    let direction = if offset > 0 { "ahead of" } else { "behind" };
    let summary = format!("The clock of {} is {} {direction} the one by which {} was signed.", case.host(), span(offset), case.request());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(case.at(), Place::Sent("authorization", 0), "The signature bears the moment by the signer's clock.")
            .shown(case.at(), Place::Received("date", 0), "The server's clock."),
    )
}

/// Exchanges before a circle closes among which is the answer that brought its token.
const RECENT: usize = 16;

/// What may be said of a moment that lies too far back or ahead, where the clocks are not named.
const OUT_OF_TIME: [&str; 5] =
    ["missing-credentials", "session-ended-by-server", "session-expired", "token-expired", "token-not-yet-valid"];

/// The finding where one server does not take an address that another, by whose clock it is another time, has just made.
fn handed_over(case: &Case<'_>) -> Option<Finding> {
    let handed = case.session.handed_over(case.at())?;
    if case.statements.iter().any(|stated| !OUT_OF_TIME.contains(&stated.cause)) {
        return None;
    }
    let host = |at: usize| case.session.record(at).map(|record| record.origin.split("//").last().unwrap_or_default().to_owned());
    let (maker, getter) = (host(handed.from)?, host(handed.to)?);
    let direction = if handed.ahead > 0 { "behind" } else { "ahead of" };
    let apart = span(handed.ahead);
    Some(
        Finding::new(
            &META,
            Certainty::Likely,
            format!(
                "The clock of {maker} is {apart} {direction} that of {getter}, which does not take the address that {maker} has just made."
            ),
        )
        .about(&*maker)
        .shown(handed.from, Place::Received("date", 0), format!("The clock of {maker}, when it made the address."))
        .shown(handed.to, Place::Target, "The address bears the moment of its making.")
        .shown(handed.to, Place::Received("date", 0), format!("The clock of {getter}, when the address came."))
        .advise(
            Audience::Administrator,
            format!("Set the clocks of {maker} and {getter} by a time service."),
            "The Date fields of both agree.",
        ),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_silent, reports};

    const ID: &str = "clock-skew";

    fn refused(token: &str, date: &str) -> String {
        format!(
            "> GET https://api.test/me\n> Authorization: Bearer {{jwt {token}}}\n< 401 Unauthorized\n< Date: {{date {date}}}\n< WWW-Authenticate: Bearer error=\"invalid_token\"\n"
        )
    }

    #[test]
    fn explains_an_expiry_by_one_clock_only() {
        let diagnosis = diagnose(&refused("exp=600", "+2h"));
        let ids: Vec<_> = diagnosis.failures[0].causes.iter().map(|cause| cause.id).collect();
        assert_eq!(ids, [ID, "token-expired"]);
        assert_eq!(diagnosis.failures[0].causes[0].leads_to, ["token-expired"]);
    }

    #[test]
    fn reports_a_server_that_is_behind_and_a_token_from_its_future() {
        assert!(reports(ID, &refused("nbf=-10 exp=7200", "-1h")).contains("behind"));
    }

    #[test]
    fn says_whose_clock_is_off_where_others_tell() {
        let other = |host: &str, date: &str| format!("> GET https://{host}/\n< 200 OK\n< Date: {{date {date}}}\n\n");
        let advice = |others: &str| {
            let diagnosis = diagnose(&format!("{others}{}", refused("exp=600", "+2h")));
            let cause = &diagnosis.failures[0].causes[0];
            (
                cause.remedies.iter().filter(|remedy| remedy.step.contains("against it")).map(|remedy| remedy.audience).collect::<Vec<_>>(),
                cause.next_observation.is_some(),
            )
        };
        assert_eq!(advice(&[other("b.test", "+2h"), other("c.test", "+2h")].concat()), (vec![crate::cause::Audience::User], false));
        assert_eq!(advice(&other("b.test", "+0s")), (vec![crate::cause::Audience::Administrator], false));
        assert_eq!(advice(""), (vec![], true));
    }

    #[test]
    fn explains_a_signature_made_by_another_clock() {
        let call = |signed: &str, date: &str| {
            format!(
                "~ kind fetch\n> GET https://bucket.s3.eu-west-1.amazonaws.com/x\n> Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\n> X-Amz-Date: {signed}\n< 403 Forbidden\n< Date: {{date {date}}}\n"
            )
        };
        let diagnosis = diagnose(&call("20260101T000000Z", "+40m"));
        let ids: Vec<_> = diagnosis.failures[0].causes.iter().map(|cause| cause.id).collect();
        assert_eq!(ids.get(..2), Some(&[ID, "aws-signature-mismatch"][..]));
        // The service lets it be a quarter of an hour old, and an old signature says nothing of clocks.
        is_silent(ID, &call("20260101T000000Z", "+10m"));
        is_silent(ID, &call("20251231T200000Z", "+40m"));
    }

    #[test]
    fn judges_each_answer_by_its_own_date() {
        let other = "> GET https://api.test/\n< 200 OK\n< Date: {date}\n\n";
        reports(ID, &format!("{other}{}\n{other}", refused("exp=600", "+2h")));
    }

    #[test]
    fn passes_over_a_token_that_both_clocks_judge_alike() {
        is_silent(ID, &refused("exp=-10800", "+2h"));
        is_silent(ID, &refused("iat=-60 exp=86400", "+2h"));
    }

    #[test]
    fn passes_over_small_differences_and_slow_answers() {
        is_silent(ID, &refused("exp=20", "+30s"));
        is_silent(
            ID,
            "~ took 180s\n> GET https://api.test/me\n> Authorization: Bearer {jwt exp=60}\n< 401 Unauthorized\n< Date: {date +170s}\n",
        );
    }

    #[test]
    fn passes_over_a_date_that_a_cache_kept() {
        is_silent(
            ID,
            "> GET https://api.test/me\n> Authorization: Bearer {jwt exp=-60}\n< 401 Unauthorized\n< Age: 7200\n< Date: {date -2h}\n",
        );
    }

    #[test]
    fn two_servers_whose_clocks_differ_do_not_take_each_others_addresses() {
        let hand_over = |made: i32, moment: i32, got: i32| {
            // The second request begins a second later, and asks for the same address.
            let address =
                |since: i32| format!("https://desk.test/sso?name=a&timestamp={{epoch {:+}s}}&hash={{secret h 32}}", moment - since);
            let page = "~ kind document\n> GET https://desk.test/login\n< 200 OK\n<\n< <div class=alert>Session expired. Please login again.</div><form method=post><input type=password name=p></form>\n";
            format!(
                "~ kind document\n> POST https://in.test/\n>\n> user=a&password=b\n< 302 Found\n< Date: {{date {made:+}s}}\n< Location: {}\n\n\
                 ~ kind document\n> GET {}\n< 302 Found\n< Date: {{date {got:+}s}}\n< Location: /login\n\n{page}",
                address(0),
                address(1)
            )
        };
        assert!(reports(ID, &hand_over(-278, -278, 0)).contains("behind"));
        assert!(reports(ID, &hand_over(278, 278, 0)).contains("ahead of"));
        // The clocks agree, or the moment is another's: until when something holds.
        is_silent(ID, &hand_over(0, 0, 0));
        is_silent(ID, &hand_over(-278, 3600, 0));
    }

    #[test]
    fn a_page_throws_away_what_its_own_clock_calls_over() {
        let login = "~ kind document\n> POST https://id.test/login\n> Content-Type: application/x-www-form-urlencoded\n>\n> username=a&password=b\n< 302 Found\n< Location: https://app.test/cb?code={secret C 30}&state={secret S 20}\n< Set-Cookie: sso={secret o 30}; Secure\n\n";
        let again = "~ kind document\n> GET https://id.test/authorize?client_id=a&response_type=code&state={secret S 20}&redirect_uri=https%3A%2F%2Fapp.test%2Fcb\n> Cookie: sso={secret o 30}\n< 302 Found\n< Location: /login?id=1\n\n~ kind document\n> GET https://id.test/login?id=1\n> Cookie: sso={secret o 30}\n< 302 Found\n< Location: https://app.test/cb?code={secret C 30}&state={secret S 20}\n\n";
        let back = "~ kind document\n> GET https://app.test/cb?code={secret C 30}&state={secret S 20}\n< 200 OK\n<\n< <script src=a.js></script>\n\n";
        let token = |date: &str| {
            format!(
                "~ kind fetch\n> POST https://id.test/token\n> Origin: https://app.test\n> Content-Type: application/x-www-form-urlencoded\n>\n> grant_type=authorization_code&code={{secret C 30}}\n< 200 OK\n< Date: {{date {date}}}\n< Content-Type: application/json\n< Access-Control-Allow-Origin: *\n<\n< {{\"id_token\":\"{{jwt iat=-7200 exp=-3600}}\",\"token_type\":\"Bearer\"}}\n\n"
            )
        };
        let round = |nth: usize, date: &str| {
            format!("{}{back}{}", if nth == 0 { login } else { again }, token(date))
                .replace("secret S", &format!("secret s{nth}"))
                .replace("secret C", &format!("secret c{nth}"))
        };
        let rounds = |date: &str| (0..6).map(|nth| round(nth, date)).collect::<String>();
        reports(ID, &rounds("-2h"));
        is_silent(ID, &rounds("+0s"));
        let borne = "~ kind fetch\n> GET https://app.test/me\n> Authorization: Bearer {secret t 40}\n< 200 OK\n\n";
        let with_access = rounds("-2h").replace("\"token_type\"", "\"access_token\":\"{secret t 40}\",\"token_type\"");
        is_silent(
            ID,
            &format!(
                "{with_access}{borne}{}",
                round(7, "-2h").replace("\"token_type\"", "\"access_token\":\"{secret t 40}\",\"token_type\"")
            ),
        );
    }
}
