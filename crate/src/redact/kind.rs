//! What kind of thing a removed value was, which is all that is left of it beside its length.

use serde::Serialize;

/// What a value was that does not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(rename_all = "lowercase"))]
pub enum Kind {
    /// A password, a PIN, a one-time code.
    Password,
    /// A token of any format, or a part of one.
    Token,
    /// A cookie's value.
    Cookie,
    /// A key, or the secret of a client.
    Key,
    /// An authorization code, a state, a nonce: what one login is held together by.
    Code,
    /// A signature, a digest, a certificate.
    Signature,
    /// What names a person: an account, a mail address, a subject.
    Person,
    /// A network address.
    Address,
    /// A host, where hosts are to be hidden.
    Host,
    /// A name that may itself hold an identifier.
    Name,
    /// Any other value whose place is not known to be harmless.
    Value,
    /// A word of running text that is not known to be harmless.
    Word,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Password,
        Self::Token,
        Self::Cookie,
        Self::Key,
        Self::Code,
        Self::Signature,
        Self::Person,
        Self::Address,
        Self::Host,
        Self::Name,
        Self::Value,
        Self::Word,
    ];

    /// The word in output, and in what stands in the value's place.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Token => "token",
            Self::Cookie => "cookie",
            Self::Key => "key",
            Self::Code => "code",
            Self::Signature => "signature",
            Self::Person => "person",
            Self::Address => "address",
            Self::Host => "host",
            Self::Name => "name",
            Self::Value => "value",
            Self::Word => "word",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a value is by the name of its parameter, member, field or attribute.
    #[must_use]
    pub fn by_name(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        // Names are short: what is made ready for a search in a text takes longer than looking.
        let holds = |word: &str| name.as_bytes().windows(word.len()).any(|part| part == word.as_bytes());
        let has = |words: &[&str]| words.iter().any(|word| holds(word));
        if has(&["passw", "pwd", "passphrase", "passcode", "otp", "pin_", "totp"]) || matches!(&*name, "pin" | "pass") {
            Self::Password
        } else if has(&["secret", "apikey", "api_key", "api-key", "private"]) || matches!(&*name, "key" | "appkey") {
            Self::Key
        } else if has(&["token", "jwt", "assertion", "saml", "ticket", "bearer", "credential", "csrf", "xsrf"]) {
            Self::Token
        } else if has(&["code", "state", "nonce", "verifier", "challenge"]) {
            Self::Code
        } else if has(&["signature", "digest", "certificate", "hash", "x5"]) || matches!(&*name, "sig" | "response") {
            Self::Signature
        } else if has(&["session", "sid", "cookie"]) {
            Self::Cookie
        } else if has(&["user", "mail", "name", "login", "subject", "account", "phone", "birth", "street", "person", "owner", "principal"])
            || matches!(&*name, "sub" | "uid" | "oid" | "upn" | "by" | "cn")
        {
            Self::Person
        } else if has(&["address", "forwarded", "client-ip", "real-ip", "_ip", "ip_"]) || matches!(&*name, "ip" | "via") {
            Self::Address
        } else {
            Self::Value
        }
    }
}
