use super::refused;
use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::stated;
use crate::declare_cause;
use crate::facts::Purpose;
use crate::facts::messages::{Message, MessageKind};
use crate::finding::{Certainty, Finding};
use crate::place::Place;
use crate::session::sign_in::{Remark, StepKind};
use crate::session::{FailureKind, Record};
use crate::syntax::oauth::pkce::Match;
use crate::time::span;

declare_cause! {
    /// The provider does not exchange this code for tokens: it was used before, came too late, or was
    /// asked for with another redirect_uri or PKCE challenge than it is redeemed with.
    ///
    /// ```http-notation
    /// > POST https://id.example.test/token
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > grant_type=authorization_code&code={secret c 40}&client_id=app
    /// < 400 Bad Request
    /// < Content-Type: application/json
    /// <
    /// < {"error": "invalid_grant"}
    /// ```
    OauthCodeRejected {
        id: "oauth-code-rejected",
        family: "oauth",
        side: Client,
        stage: Refused,
        title: "The authorization code is refused",
        recognised: "invalid_grant on grant_type=authorization_code, or expired_token for a login on another device; whether the code was redeemed twice, late, with another redirect_uri or verifier is computed from the session. Or a server refuses the code that the page hands on to it.",
        remedies: [
            (User, "Begin the login again; do not reload or reuse the page to which the provider sends you.", "The login succeeds."),
            (Developer, "Redeem each code once, at once, with the redirect_uri of the request and the verifier of its challenge.", "The token endpoint answers 200."),
            (Administrator, "Check that no proxy or link checker opens the callback before the user does.", "The provider's log shows one redemption."),
        ],
        references: [("RFC 6749 5.2: invalid_grant", "https://www.rfc-editor.org/rfc/rfc6749#section-5.2"), ("RFC 7636 4.6: the verifier", "https://www.rfc-editor.org/rfc/rfc7636#section-4.6")],
    }
}

impl Cause for OauthCodeRejected {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        let redeems = |message: &Message| {
            message.kind == MessageKind::TokenRequest && message.param("grant_type").is_none_or(|grant| grant == "authorization_code")
        };
        // Whoever is logged in on another device is asked for until a code runs out: RFC 8628 3.5, OpenID CIBA 11.
        let polls = |message: &Message| message.link("device_code").is_some() || message.param("error") == Some("expired_token");
        if case.facts().messages.iter().any(polls) {
            let summary = format!("{} waits no longer: nobody logged in on the other device in time, or the code was used.", case.host());
            return refused(case, &META, &["expired_token", "invalid_grant"], &summary);
        }
        if !case.facts().messages.iter().any(redeems) {
            return brought_again(case).or_else(|| told_at_callback(case)).or_else(|| handed_on(case));
        }
        let mut finding =
            refused(case, &META, &["invalid_grant"], &format!("{} refuses to exchange the authorization code.", case.host()))?;
        let flow = case.session.sign_in(case.at());
        for remark in flow.iter().flat_map(|flow| &flow.remarks) {
            let (position, says) = match remark {
                Remark::CodeRedeemedTwice(_, before) => (*before, "The same code was redeemed here before."),
                Remark::Pkce(_, Match::Holds) => {
                    finding = finding.but("The PKCE verifier fits the challenge.");
                    continue;
                }
                Remark::Pkce(position, _) => (*position, "The PKCE verifier does not hash to the challenge of the request."),
                Remark::VerifierMissing(position) => (*position, "The request had a PKCE challenge, and no verifier came with the code."),
                Remark::ChallengeMissing(position) => (*position, "A verifier came with the code, and the request had no challenge."),
                Remark::RedirectUriDiffers(position) => (*position, "redirect_uri is another one than in the authorization request."),
                Remark::ClientDiffers(position) => (*position, "client_id is another one than in the authorization request."),
                _ => continue,
            };
            finding.certainty = Certainty::Proved;
            finding = finding.shown(position, Place::Target, says);
        }
        let answered = flow.and_then(|flow| case.session.record(flow.step(StepKind::Callback)?));
        let age = answered.map(|answered| case.exchange().started.since(answered.exchange.started)).filter(|age| *age > LATE);
        Some(match age {
            Some(age) => finding.shown(case.at(), Place::Moment, format!("The code was {} old.", span(age))),
            None => finding,
        })
    }
}

/// A callback that brings a code which it brought before, as when its page is loaded again: a code is good once.
fn brought_again(case: &Case<'_>) -> Option<Finding> {
    let code = |record: &Record| {
        let answers =
            record.facts.messages.iter().filter(|message| message.kind == MessageKind::AuthorizationResponse && message.carrier.is_sent());
        answers.filter_map(|message| message.link("code")).next()
    };
    let mine = code(case.record).filter(|_| case.facts().purpose == Purpose::Callback && case.failure.kind == FailureKind::Refused)?;
    let (before, _) = case.earlier().find(|(_, record)| code(record) == Some(mine) && record.was_accepted())?;
    Some(
        Finding::new(
            &META,
            Certainty::Proved,
            format!("The callback {} was loaded a second time with a code that had been used already.", case.exchange().url.path()),
        )
        .shown(case.at(), Place::Target, "This code came before.")
        .shown(before, Place::Target, "Here it was used, and the login went on.")
        .but("The application does not say so itself."),
    )
}

/// A callback whose application redeems the code itself, and says what the provider answered.
fn told_at_callback(case: &Case<'_>) -> Option<Finding> {
    (case.facts().purpose == Purpose::Callback)
        .then(|| stated(case, &META, format!("{} says that the provider does not take its authorization code.", case.host())))
        .flatten()
}

/// A call by which the page hands its code on to a server of its own, which refuses what it bears.
fn handed_on(case: &Case<'_>) -> Option<Finding> {
    let answer = case.session.hands_on_code(case.at()).filter(|_| case.failure.kind == FailureKind::Refused)?;
    let summary = format!("{} does not take the authorization code that the page hands on by {}.", case.host(), case.request());
    // Nothing else came that could be called a wrong code or a wrong login.
    let misnamed = || {
        let said = case.stated("wrong-credentials")?;
        let finding = Finding::new(&META, Certainty::Likely, summary.clone()).said();
        Some(finding.shown(said.at, said.place.clone(), "Of all that came only the code can be meant."))
    };
    let is_unexplained = case.statements.is_empty() && matches!(case.exchange().status(), 400 | 401 | 422);
    let unexplained = || Finding::new(&META, Certainty::Possible, summary.clone()).next("The server's log: what did the provider answer?");
    let finding = stated(case, &META, summary.clone()).or_else(misnamed).or_else(|| is_unexplained.then(unexplained))?;
    Some(finding.shown(answer, Place::Target, "The provider's answer brought this code."))
}

/// Milliseconds after which a code is old: RFC 6749 4.1.2 advises ten minutes at most, providers give one.
const LATE: i64 = 60_000;

#[cfg(test)]
mod tests {
    use crate::causes::testing::{diagnose, is_healthy, is_silent, reports};

    const ID: &str = "oauth-code-rejected";

    fn token(grant: &str, error: &str) -> String {
        format!(
            "> POST https://id.test/token\n> Content-Type: application/x-www-form-urlencoded\n>\n> {grant}\n< 400 Bad Request\n< Content-Type: application/json\n<\n< {{\"error\":\"{error}\"}}\n"
        )
    }

    fn flow(request: &str, redemption: &str) -> String {
        let asked = format!(
            "~ kind document\n> GET https://id.test/authorize?response_type=code&client_id=app&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=s1{request}\n"
        );
        let answered = "< 302 Found\n< Location: https://app.test/cb?code={secret c 30}&state=s1\n\n~ kind document\n> GET https://app.test/cb?code={secret c 30}&state=s1\n< 200 OK\n\n";
        let redeemed = token(&format!("grant_type=authorization_code&code={{secret c 30}}&client_id=app{redemption}"), "invalid_grant");
        asked + answered + &redeemed
    }

    fn evidence(notation: &str) -> String {
        let diagnosis = diagnose(notation);
        let cause = diagnosis.failures.iter().flat_map(|failure| &failure.causes).find(|cause| cause.id == ID).unwrap();
        cause.evidence.iter().map(|quote| quote.says.as_str()).collect()
    }

    #[test]
    fn computes_why() {
        // RFC 7636 appendix B.
        let challenge = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
        assert!(evidence(&flow(challenge, "&code_verifier=another-verifier-of-another-login-0123456789ab")).contains("does not hash"));
        assert!(evidence(&flow(challenge, "")).contains("no verifier"));
        assert!(evidence(&flow("", "&redirect_uri=https%3A%2F%2Fapp.test%2Fother")).contains("redirect_uri is another"));
    }

    #[test]
    fn reports_the_bare_code() {
        reports(ID, &token("grant_type=authorization_code&code={secret c 30}", "invalid_grant"));
    }

    #[test]
    fn reports_a_device_code_that_nobody_used_in_time() {
        let device = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code={secret d 30}";
        assert!(reports(ID, &token(device, "expired_token")).contains("in time"));
        reports(ID, &token("grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba&auth_req_id={secret r 30}", "expired_token"));
        // Some providers say so by a success.
        reports(ID, &token(device, "expired_token").replace("400 Bad Request", "200 OK"));
    }

    #[test]
    fn passes_over_other_grants_and_errors() {
        is_silent(ID, &token("grant_type=refresh_token&refresh_token={secret r 30}", "invalid_grant"));
        is_silent(ID, &token("grant_type=password&username=a&password=b", "invalid_grant"));
        is_healthy(&token("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code={secret d 30}", "slow_down"));
        is_silent(ID, &token("grant_type=authorization_code&code={secret c 30}", "invalid_client"));
    }
}
