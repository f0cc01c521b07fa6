use crate::cause::{Case, Cause, CauseMeta};
use crate::causes::credentials::shut_out;
use crate::causes::stated;
use crate::declare_cause;
use crate::finding::{Certainty, Finding};
use crate::place::Place;

declare_cause! {
    /// The request was refused for where it came from: its address, network or country is not on the
    /// list. Who asked was not looked at.
    ///
    /// ```http-notation
    /// > POST https://app.example.test/login
    /// > Content-Type: application/x-www-form-urlencoded
    /// >
    /// > user=alice&password=secret
    /// < 403 Forbidden
    /// <
    /// < HTTP Error 403.6 - Forbidden: IP address rejected
    /// ```
    IpDenied {
        id: "ip-denied",
        family: "security",
        side: SecurityControl,
        stage: Intercepted,
        title: "This address or country is not allowed",
        recognised: "A code or a sentence that refuses an address, a network or a country; or after several failed attempts the whole host answers as it answers the login.",
        remedies: [
            (User, "Use the network that is allowed, such as the office or its VPN, or leave a VPN that is not.", "The same login gets another answer."),
            (Developer, "Show people this reason.", "The page names it."),
            (Administrator, "Look the address up in the allow and deny lists of the server, the proxy and the identity provider.", "The list has the address, and the login passes."),
        ],
        references: [("IIS: HTTP status codes", "https://learn.microsoft.com/troubleshoot/developer/webapps/iis/www-administration-management/http-status-code")],
    }
}

impl Cause for IpDenied {
    fn meta(&self) -> &'static CauseMeta {
        &META
    }

    fn examine(&self, case: &Case<'_>) -> Option<Finding> {
        stated(case, &META, format!("{} does not accept requests from this address or country.", case.host())).or_else(|| by_ban(case))
    }
}

/// Several attempts failed, and since then nothing of this origin is open any more that was open before.
fn by_ban(case: &Case<'_>) -> Option<Finding> {
    let shut = shut_out(case)?;
    let summary = format!("{} answers nothing any more after several attempts that it had refused: it bans the address.", case.host());
    Some(
        Finding::new(&META, Certainty::Likely, summary)
            .about(case.host())
            .shown(case.at(), Place::Status, "This attempt is answered otherwise than those before.")
            .shown(shut, Place::Status, "So is what was open to everybody before.")
            .next("Ask from another network: there the same page opens."),
    )
}

#[cfg(test)]
mod tests {
    use crate::causes::testing::{is_healthy, is_silent, reports};

    const ID: &str = "ip-denied";

    fn login(answer: &str) -> String {
        format!("> POST https://app.test/login\n>\n> user=a&password=b\n{answer}\n")
    }

    #[test]
    fn reports_the_words_of_named_products() {
        // IIS; Cloudflare; Kong; GitHub.
        for body in [
            "HTTP Error 403.6 - Forbidden",
            "error code: 1009",
            "{\"message\":\"Your IP address is not allowed\"}",
            "Although you appear to have the correct authorization credentials, the organization has an IP allow list enabled",
        ] {
            reports(ID, &login(&format!("< 403 Forbidden\n<\n< {body}")));
        }
    }

    #[test]
    fn reads_that_nobody_logs_in_from_here_in_many_languages() {
        let says = |text: &str| login(&format!("< 200 OK\n< Content-Type: application/json\n<\n< {{\"error\":\"{text}\"}}"));
        for text in [
            "このIPアドレスからは tanaka としてログインできません。",
            "您的账户无法从该IP地址登录",
            "이 IP 주소에서는 로그인할 수 없습니다.",
            "Không thể đăng nhập từ địa chỉ IP này.",
            "Anda tidak dapat masuk dari alamat IP tersebut.",
            "Z tejto IP adresy sa nemôžete prihlásiť.",
        ] {
            reports(ID, &says(text));
        }
        for text in ["パスワードが正しくありません。IPアドレスを記録しました。", "密码错误，登录IP已记录", "비밀번호가 올바르지 않습니다."]
        {
            is_silent(ID, &says(text));
        }
    }

    #[test]
    fn knows_a_ban_without_a_word() {
        let open = "~ kind document\n> GET https://app.test/\n< 200 OK\n<\n< <h1>Velkommen</h1>\n\n";
        let refused = login("< 401 Unauthorized\n<\n< {\"m\":17}");
        let banned = login("< 403 Forbidden\n<\n< 403: Forbidden");
        let shut = open.replace("200 OK", "403 Forbidden");
        reports(ID, &(open.to_owned() + &refused.repeat(4) + &banned + &shut));
        is_silent(ID, &(open.to_owned() + &refused.repeat(4) + &banned + open));
    }

    #[test]
    fn passes_over_other_refusals() {
        is_silent(ID, &login("< 403 Forbidden\n<\n< HTTP Error 403.14 - Forbidden"));
        is_silent(ID, &login("< 401 Unauthorized\n<\n< {\"error\":\"invalid_credentials\",\"ip\":\"192.0.2.1\"}"));
        is_healthy(&login("< 200 OK\n<\n< Your IP address is 192.0.2.1"));
    }
}
