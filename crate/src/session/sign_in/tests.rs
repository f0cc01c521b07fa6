use super::*;
use crate::session::Profile;

fn session(notation: &str) -> Session {
    crate::session::testing::session(notation)
}

fn steps(flow: &SignIn) -> Vec<(usize, StepKind)> {
    flow.steps.iter().map(|step| (step.at, step.kind)).collect()
}

fn only(notation: &str) -> SignIn {
    let mut flows = session(notation).sign_ins();
    assert_eq!(flows.len(), 1, "{flows:?}");
    (*flows.remove(0)).clone()
}

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The requests of RFC 6749 4.1, with the challenge of RFC 7636 appendix B and the nonce of OpenID
/// Connect Core: a login in which every message can be bent.
struct Login<'a> {
    request_state: &'a str,
    answer: &'a str,
    verifier: &'a str,
    redirect_uri: &'a str,
    nonce: &'a str,
    token_answer: &'a str,
}

impl Default for Login<'_> {
    fn default() -> Self {
        Self {
            request_state: "xyz",
            answer: "code=SplxlOBeZQQYbYS6WxSbIA&state=xyz",
            verifier: VERIFIER,
            redirect_uri: "https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb",
            nonce: "n-0S6_WzA2Mj",
            token_answer: "< 200 OK",
        }
    }
}

impl Login<'_> {
    fn notation(&self) -> String {
        let Self { request_state, answer, verifier, redirect_uri, nonce, token_answer } = self;
        let ask = format!(
            "https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3&state={request_state}&scope=openid\
             &nonce=n-0S6_WzA2Mj&code_challenge={CHALLENGE}&code_challenge_method=S256&redirect_uri=https%3A%2F%2Fclient%2Eexample%2Ecom%2Fcb"
        );
        format!(
            "~ kind document\n> GET https://client.example.com/\n< 302 Found\n< Location: {ask}\n\n\
             ~ kind document\n> GET {ask}\n< 200 OK\n< Content-Type: text/html\n<\n< <input type=password>\n\n\
             ~ kind document\n> POST https://server.example.com/login\n>\n> user=a&password=b\n< 302 Found\n\
             < Location: https://client.example.com/cb?{answer}\n\n\
             ~ kind document\n> GET https://client.example.com/cb?{answer}\n< 200 OK\n\n\
             ~ kind fetch\n> POST https://server.example.com/token\n> Content-Type: application/x-www-form-urlencoded\n>\n\
             > grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA&client_id=s6BhdRkqt3&redirect_uri={redirect_uri}&code_verifier={verifier}\n\
             {token_answer}\n< Content-Type: application/json\n<\n\
             < {{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"id_token\":\"{{jwt iss=https://server.example.com aud=s6BhdRkqt3 nonce={nonce}}}\"}}\n\n\
             ~ kind fetch\n> GET https://api.example.com/me\n> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA\n< 200 OK\n"
        )
    }
}

#[test]
fn follows_an_openid_connect_login_from_host_to_host() {
    let session = session(&Login::default().notation());
    let flow = &session.sign_ins()[0];
    assert_eq!(
        steps(flow),
        [
            (0, StepKind::Begin),
            (1, StepKind::Request),
            (2, StepKind::Authenticate),
            (3, StepKind::Callback),
            (4, StepKind::Redeem),
            (5, StepKind::Use)
        ]
    );
    assert_eq!((flow.protocol, flow.outcome), (Protocol::OAuth, Outcome::Completed));
    assert_eq!(flow.remarks, [Remark::Pkce(4, pkce::Match::Holds)]);
    assert_eq!(session.sign_ins().len(), 1);
    for at in 0..6 {
        assert_eq!(session.sign_in(at).as_ref(), Some(flow), "asked for {at}");
    }
}

#[test]
fn says_which_message_does_not_fit() {
    let remarks = |login: Login<'_>| only(&login.notation()).remarks;
    let with_proof = |remark| vec![remark, Remark::Pkce(4, pkce::Match::Holds)];
    let answer = |answer| Login { answer, ..Login::default() };
    assert_eq!(remarks(answer("code=SplxlOBeZQQYbYS6WxSbIA")), with_proof(Remark::StateMissing(2)));
    assert_eq!(remarks(answer("code=SplxlOBeZQQYbYS6WxSbIA&state=abc")), with_proof(Remark::StateDiffers(2)));
    assert_eq!(remarks(answer("code=SplxlOBeZQQYbYS6WxSbIA&state=[REDACTED]")), [Remark::Pkce(4, pkce::Match::Holds)]);
    assert_eq!(remarks(Login { verifier: "[REDACTED]", ..Login::default() }), []);
    assert_eq!(
        remarks(Login { verifier: "another-verifier-of-some-other-login-0123456", ..Login::default() }),
        [Remark::Pkce(4, pkce::Match::Differs)]
    );
    assert_eq!(remarks(Login { verifier: "", ..Login::default() }), [Remark::VerifierMissing(4)]);
    let other_target = Login { redirect_uri: "https%3A%2F%2Fclient%2Eexample%2Ecom%2Fother", ..Login::default() };
    assert_eq!(remarks(other_target), [Remark::Pkce(4, pkce::Match::Holds), Remark::RedirectUriDiffers(4)]);
    assert_eq!(remarks(Login { nonce: "other", ..Login::default() }), [Remark::Pkce(4, pkce::Match::Holds), Remark::NonceDiffers(4)]);
}

#[test]
fn says_where_a_login_ended() {
    let outcome = |login: Login<'_>| only(&login.notation()).outcome;
    assert_eq!(
        outcome(Login { token_answer: "< 400 Bad Request", ..Login::default() }),
        Outcome::Refused(Step { at: 4, kind: StepKind::Redeem })
    );
    // RFC 6749 4.1.2.1.
    let denied = Login { answer: "error=access_denied&state=xyz", ..Login::default() };
    assert_eq!(outcome(denied), Outcome::Refused(Step { at: 2, kind: StepKind::Authenticate }));
    let begun: Vec<_> = Login::default().notation().split("\n\n").take(2).map(str::to_owned).collect();
    assert_eq!(only(&begun.join("\n\n")).outcome, Outcome::Abandoned(Step { at: 1, kind: StepKind::Request }));
    let unanswered = format!(
        "{}\n\n~ kind document\n> GET https://server.example.com/authorize?response_type=code&client_id=c&state=1\n< ! net::ERR_TIMED_OUT\n",
        ""
    );
    assert_eq!(only(&unanswered).outcome, Outcome::Unanswered(Step { at: 0, kind: StepKind::Request }));
}

#[test]
fn a_login_that_is_tried_again_is_another_one() {
    let first = Login { answer: "error=access_denied&state=xyz", ..Login::default() }.notation();
    let first: Vec<_> = first.split("\n\n").take(4).collect();
    let text = format!(
        "{}\n\n{}",
        first.join("\n\n"),
        Login { request_state: "uvw", answer: "code=SplxlOBeZQQYbYS6WxSbIA&state=uvw", ..Login::default() }.notation()
    );
    let flows = session(&text).sign_ins();
    assert_eq!(flows.iter().map(|flow| flow.steps.len()).collect::<Vec<_>>(), [4, 6]);
    assert_eq!(flows[1].outcome, Outcome::Completed);
    // Also where the application uses one state for ever.
    let text = format!("{}\n\n{}", first.join("\n\n"), Login::default().notation());
    let flows = session(&text).sign_ins();
    assert_eq!(flows.iter().map(|flow| flow.steps.len()).collect::<Vec<_>>(), [4, 6], "{flows:?}");
}

#[test]
fn a_code_is_good_for_one_time() {
    let text = Login::default().notation();
    let redeemed = text.split("\n\n").nth(4).unwrap();
    let flow = only(&format!("{text}\n{redeemed}"));
    assert!(flow.remarks.contains(&Remark::CodeRedeemedTwice(6, 4)), "{:?}", flow.remarks);
}

#[test]
fn an_answer_to_another_window_does_not_disturb() {
    // Two windows ask, the answer to the first comes last.
    let ask = |state: &str| {
        format!(
            "~ kind document\n> GET https://id.test/auth?response_type=code&client_id=c&redirect_uri=https%3A%2F%2Fa.test%2Fcb&state={state}\n< 200 OK\n\n"
        )
    };
    let back =
        |state: &str| format!("~ kind document\n> GET https://a.test/cb?code=c-{state}&state={state}\n< 302 Found\n< Location: /\n\n");
    let text = format!("{}{}{}{}", ask("one"), ask("two"), back("two"), back("one"));
    let flows = session(&text).sign_ins();
    assert_eq!(
        flows.iter().map(|flow| steps(flow)).collect::<Vec<_>>(),
        [[(0, StepKind::Request), (3, StepKind::Callback)], [(1, StepKind::Request), (2, StepKind::Callback)]]
    );
    assert!(flows.iter().all(|flow| flow.remarks.is_empty() && flow.outcome == Outcome::Completed));
}

#[test]
fn a_provider_that_gives_back_another_flows_state_is_named() {
    let text = "> GET https://id.test/auth?response_type=code&client_id=c&state=one\n< 200 OK\n\n\
        > GET https://id.test/auth?response_type=code&client_id=c&state=two\n< 302 Found\n< Location: https://a.test/cb?code=1&state=one\n";
    let flows = session(text).sign_ins();
    assert_eq!(flows[1].remarks, [Remark::StateOfAnotherFlow(1, 0)]);
}

#[test]
fn reads_answers_from_fragment_and_form() {
    // RFC 6749 4.2.2.
    let implicit = "~ kind document\n> GET https://server.example.com/authorize?response_type=token&client_id=s6BhdRkqt3&state=xyz&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb\n\
        < 302 Found\n< Location: https://client.example.com/cb#access_token=2YotnFZFEjr1zCsicMWpAA&state=xyz&token_type=example&expires_in=3600\n\n\
        ~ kind document\n> GET https://client.example.com/cb\n< 200 OK\n\n\
        ~ kind fetch\n> GET https://api.example.com/me\n> Authorization: Bearer 2YotnFZFEjr1zCsicMWpAA\n< 401 Unauthorized\n";
    let flow = only(implicit);
    assert_eq!(steps(&flow), [(0, StepKind::Request), (1, StepKind::Callback), (2, StepKind::Use)]);
    assert_eq!(flow.outcome, Outcome::Completed);
    // OAuth 2.0 Form Post Response Mode, appendix A.
    let form_post = "~ kind document\n> GET https://server.example.com/authorize?response_type=id_token&response_mode=form_post&client_id=some_client&scope=openid&redirect_uri=https%3A%2F%2Fclient.example.org%2Fcallback&state=DcP7csa3hMlvybERqcieLHrRzKBra&nonce=2T1AgaeRTGTMAJyeDMN9IJbgiUG\n\
        < 200 OK\n< Content-Type: text/html\n<\n< <input type=\"hidden\" name=\"state\" value=\"DcP7csa3hMlvybERqcieLHrRzKBra\"/><input type=\"hidden\" name=\"id_token\" value=\"{jwt nonce=2T1AgaeRTGTMAJyeDMN9IJbgiUG}\"/>\n\n\
        ~ kind document\n> POST https://client.example.org/callback\n> Content-Type: application/x-www-form-urlencoded\n>\n\
        > id_token={jwt nonce=2T1AgaeRTGTMAJyeDMN9IJbgiUG}&state=DcP7csa3hMlvybERqcieLHrRzKBra\n< 302 Found\n< Location: /\n";
    let flow = only(form_post);
    assert_eq!(steps(&flow), [(0, StepKind::Request), (1, StepKind::Callback)]);
    assert_eq!((flow.outcome, flow.remarks), (Outcome::Completed, vec![]));
}

#[test]
fn follows_a_pushed_request() {
    // RFC 9126 2.1, 2.2 and 4.
    let text = "~ kind fetch\n> POST https://as.example.com/as/par\n> Content-Type: application/x-www-form-urlencoded\n>\n\
        > response_type=code&state=af0ifjsldkj&client_id=s6BhdRkqt3&redirect_uri=https%3A%2F%2Fclient.example.org%2Fcb\n\
        < 201 Created\n< Content-Type: application/json\n<\n< {\"request_uri\":\"urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c\",\"expires_in\":60}\n\n\
        ~ kind document\n> GET https://as.example.com/authorize?client_id=s6BhdRkqt3&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c\n\
        < 302 Found\n< Location: https://client.example.org/cb?code=1&state=other\n";
    let flow = only(text);
    assert_eq!(steps(&flow), [(0, StepKind::Push), (1, StepKind::Request)]);
    assert_eq!(flow.remarks, [Remark::StateDiffers(1)]);
}

#[test]
fn a_callback_out_of_the_blue_says_so() {
    let flow = only("~ kind document\n> GET https://a.test/cb?code=abc&state=unknown\n< 400 Bad Request\n");
    assert_eq!(flow.remarks, [Remark::RequestNotSeen]);
    assert_eq!(flow.outcome, Outcome::Refused(Step { at: 0, kind: StepKind::Callback }));
    assert_eq!(session("> GET https://shop.test/?code=SUMMER\n< 200 OK\n\n> GET https://a.test/?error=1\n< 200 OK\n").sign_ins(), []);
}

#[test]
fn follows_a_form_login_and_its_guard_against_forgery() {
    let page = "~ kind document\n> GET https://app.test/login\n< 200 OK\n< Content-Type: text/html\n<\n\
        < <form><input type=hidden name=csrf_token value=good><input type=password name=password></form>\n\n";
    let login = |csrf: &str, status: &str| {
        format!(
            "{page}~ kind document\n> POST https://app.test/login\n>\n> user=a&password=b{csrf}\n{status}\n\n\
            ~ kind document\n> GET https://app.test/home\n> Cookie: sid=1\n< 200 OK\n"
        )
    };
    let flow = only(&login("&csrf_token=good", "< 302 Found\n< Location: /home\n< Set-Cookie: sid=1"));
    assert_eq!(steps(&flow), [(0, StepKind::Page), (1, StepKind::Authenticate), (2, StepKind::Use)]);
    assert_eq!((flow.protocol, flow.outcome, flow.remarks), (Protocol::Form, Outcome::Completed, vec![]));
    let refused = only(&login("&csrf_token=bad", "< 403 Forbidden"));
    assert_eq!(refused.remarks, [Remark::CsrfDiffers(1, 0)]);
    assert_eq!(refused.outcome, Outcome::Refused(Step { at: 1, kind: StepKind::Authenticate }));
    assert_eq!(only(&login("", "< 403 Forbidden")).remarks, [Remark::CsrfMissing(1)]);
}

#[test]
fn follows_a_login_for_a_token() {
    let text = "~ kind fetch\n> POST https://api.test/login\n> Content-Type: application/json\n>\n> {\"user\":\"a\",\"password\":\"b\"}\n\
        < 200 OK\n< Content-Type: application/json\n<\n< {\"token\":\"0123456789abcdef\"}\n\n\
        ~ kind fetch\n> GET https://api.test/me\n> Authorization: Bearer 0123456789abcdef\n< 200 OK\n";
    let flow = only(text);
    assert_eq!((flow.protocol, flow.outcome), (Protocol::ApiToken, Outcome::Completed));
    assert_eq!(steps(&flow), [(0, StepKind::Authenticate), (1, StepKind::Use)]);
}

/// A SAML message by the POST binding.
fn posted(xml: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(xml)
}

/// A login by SAML, both messages by POST (SAML Bindings 3.5); the answer and the service that it goes to vary.
fn saml_login(in_response_to: &str, status: &str, relay_state: &str, service: &str) -> String {
    let request = posted(
        "<p:AuthnRequest xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_q1\" Version=\"2.0\" IssueInstant=\"2026-01-01T00:00:00Z\" AssertionConsumerServiceURL=\"https://sp.test/acs\"/>",
    );
    let response = posted(&format!(
        "<p:Response xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r1\" Version=\"2.0\" IssueInstant=\"2026-01-01T00:00:02Z\" InResponseTo=\"{in_response_to}\"><p:Status><p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:{status}\"/></p:Status></p:Response>"
    ));
    let field = |name: &str, value: &str| format!("<input type=hidden name={name} value=\"{value}\">");
    let (request_form, response_form) = (request.replace('+', "%2B"), response.replace('+', "%2B"));
    format!(
        "~ kind document\n> GET https://sp.test/\n< 200 OK\n< Content-Type: text/html\n<\n< {}{}\n\n\
         ~ kind document\n> POST https://idp.test/sso\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLRequest={request_form}&RelayState=one\n< 200 OK\n\n\
         ~ kind document\n> POST https://idp.test/login\n>\n> user=a&password=b\n< 200 OK\n< Content-Type: text/html\n<\n< {}{}\n\n\
         ~ kind document\n> POST https://sp.test/{service}\n> Content-Type: application/x-www-form-urlencoded\n>\n> SAMLResponse={response_form}&RelayState={relay_state}\n< 302 Found\n< Location: /home\n",
        field("SAMLRequest", &request),
        field("RelayState", "one"),
        field("SAMLResponse", &response),
        field("RelayState", relay_state)
    )
}

#[test]
fn follows_a_saml_login_from_host_to_host() {
    let session = session(&saml_login("_q1", "Success", "one", "acs"));
    let flow = &session.sign_ins()[0];
    assert_eq!(steps(flow), [(0, StepKind::Begin), (1, StepKind::Request), (2, StepKind::Authenticate), (3, StepKind::Callback)]);
    assert_eq!((flow.protocol, flow.outcome, &*flow.remarks), (Protocol::Saml, Outcome::Completed, &[][..]));
    assert_eq!(session.sign_ins().len(), 1);
    for at in 0..4 {
        assert_eq!(session.sign_in(at).as_ref(), Some(flow), "asked for {at}");
    }
    // The provider's page was made at the moment that its message names.
    assert_eq!(session.clock("https://idp.test").unwrap().offset().at_least(), 0);
}

#[test]
fn says_what_does_not_fit_in_a_saml_login() {
    assert_eq!(only(&saml_login("_q0", "Success", "one", "acs")).remarks, [Remark::InResponseToDiffers(2), Remark::InResponseToDiffers(3)]);
    assert_eq!(only(&saml_login("_q1", "Success", "two", "acs")).remarks, [Remark::RelayStateDiffers(2), Remark::RelayStateDiffers(3)]);
    assert_eq!(only(&saml_login("_q1", "Success", "one", "other")).remarks, [Remark::AnsweredElsewhere(3)]);
    let refused = only(&saml_login("_q1", "Responder", "one", "acs"));
    assert_eq!(refused.outcome, Outcome::Refused(Step { at: 2, kind: StepKind::Authenticate }));
    let text = saml_login("_q1", "Success", "one", "acs");
    let delivered = text.split("\n\n").nth(3).unwrap();
    assert_eq!(only(&format!("{text}\n{delivered}")).remarks, [Remark::AnsweredTwice(4, 3)]);
    assert_eq!(only(delivered).remarks, [Remark::RequestNotSeen]);
}

#[test]
fn follows_ws_federation() {
    // WS-Federation 1.2, 13.2: wa, wtrealm, wctx, wresult.
    let text = "~ kind document\n> GET https://rp.test/\n< 302 Found\n< Location: https://sts.test/adfs/ls/?wa=wsignin1.0&wtrealm=https%3A%2F%2Frp.test%2F&wctx=rm%3D0\n\n\
        ~ kind document\n> GET https://sts.test/adfs/ls/?wa=wsignin1.0&wtrealm=https%3A%2F%2Frp.test%2F&wctx=rm%3D0\n< 200 OK\n\n\
        ~ kind document\n> POST https://rp.test/\n> Content-Type: application/x-www-form-urlencoded\n>\n> wa=wsignin1.0&wresult=%3Ct%2F%3E&wctx=CTX\n< 302 Found\n< Location: /home\n";
    let flow = only(&text.replace("CTX", "rm%3D0"));
    assert_eq!(steps(&flow), [(0, StepKind::Begin), (1, StepKind::Request), (2, StepKind::Callback)]);
    assert_eq!((flow.outcome, flow.remarks), (Outcome::Completed, vec![]));
    assert_eq!(only(&text.replace("CTX", "rm%3D1")).remarks, [Remark::ContextDiffers(2)]);
}

#[test]
fn follows_a_windows_handshake_over_its_connection() {
    // The tokens of MS-NLMP 4.2.4 in short: only their order matters here.
    let text = "~ connection 1\n> GET https://intra.test/\n< 401 Unauthorized\n< WWW-Authenticate: NTLM\n\n\
        ~ connection 1\n> GET https://intra.test/\n> Authorization: NTLM TlRMTVNTUAABAAAAAgIAAA==\n< 401 Unauthorized\n< WWW-Authenticate: NTLM TlRMTVNTUAACAAAA\n\n\
        ~ connection LAST\n> GET https://intra.test/\n> Authorization: NTLM TlRMTVNTUAADAAAA\nEND\n";
    let flow = only(&text.replace("LAST", "1").replace("END", "< 200 OK"));
    assert_eq!(steps(&flow), [(0, StepKind::Begin), (1, StepKind::Authenticate), (2, StepKind::Authenticate)]);
    assert_eq!((flow.outcome, flow.remarks), (Outcome::Completed, vec![]));
    let moved = only(&text.replace("LAST", "2").replace("END", "< 401 Unauthorized\n< WWW-Authenticate: NTLM"));
    assert_eq!(moved.remarks, [Remark::ConnectionChanged(2)]);
    assert_eq!(moved.outcome, Outcome::Refused(Step { at: 2, kind: StepKind::Authenticate }));
}

#[test]
fn tells_the_same_whatever_the_order_of_arrival() {
    let text = Login::default().notation();
    let exchanges = crate::capture::notation::parse(&text).unwrap();
    let told = |order: &mut dyn Iterator<Item = usize>| {
        let mut session = Session::new(Profile::chrome());
        for at in order {
            session.push(exchanges[at].clone());
        }
        let number = |at: usize| session.record(at).unwrap().exchange.number;
        let flows = session.sign_ins();
        flows
            .iter()
            .map(|flow| (flow.steps.iter().map(|step| (number(step.at), step.kind)).collect::<Vec<_>>(), flow.remarks.len()))
            .collect::<Vec<_>>()
    };
    let in_order = told(&mut (0..6));
    for rotation in 1..6 {
        assert_eq!(told(&mut (0..6).map(|at| (at + rotation) % 6)), in_order);
    }
    assert_eq!(told(&mut (0..6).rev()), in_order);
}
