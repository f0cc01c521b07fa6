//! What a statement is about, and what is wrong with it.

/// Names an enumeration's members, for tables and tests.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$member_doc])* $member,)+
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// Its name in tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$member => $text,)+
                }
            }

            /// The one of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named! {
    /// What a statement is about.
    Subject {
        /// A user's account, its name or address.
        Account = "account",
        /// A password, also together with a name.
        Password = "password",
        /// A second factor, or the code of one.
        SecondFactor = "second-factor",
        /// An access token, or one that is not told apart.
        Token = "token",
        /// A refresh token.
        RefreshToken = "refresh-token",
        /// A session, and whether anybody is signed in.
        Session = "session",
        /// A cookie.
        Cookie = "cookie",
        /// An API key.
        ApiKey = "api-key",
        /// A token against forged requests.
        ForgeryToken = "forgery-token",
        /// An OAuth client and its secret.
        Client = "client",
        /// An OAuth redirect URI.
        RedirectUri = "redirect-uri",
        /// An authorization code.
        Code = "code",
        /// The `state` of an authorization request.
        State = "state",
        /// A nonce.
        Nonce = "nonce",
        /// A scope.
        Scope = "scope",
        /// A token's audience.
        Audience = "audience",
        /// A token's issuer.
        Issuer = "issuer",
        /// A signature.
        Signature = "signature",
        /// A key that signatures are checked with.
        Key = "key",
        /// A permission, a role, a right.
        Permission = "permission",
        /// The client's address or country.
        Address = "address",
        /// How many requests or attempts there were.
        Rate = "rate",
        /// A header field.
        Header = "header",
        /// A client certificate.
        Certificate = "certificate",
        /// The request as a whole.
        Request = "request",
        /// What the server asks who somebody is: a directory, another service.
        Backend = "backend",
    }
}

named! {
    /// What is wrong.
    Fault {
        /// It is not the right one; why is not said.
        Wrong = "wrong",
        /// It is not there.
        Missing = "missing",
        /// Its time is over.
        Expired = "expired",
        /// Its time has not come.
        NotYetValid = "not-yet-valid",
        /// It was withdrawn.
        Revoked = "revoked",
        /// It was used before.
        Reused = "reused",
        /// It is locked for a time.
        Locked = "locked",
        /// It is switched off, or was never switched on.
        Disabled = "disabled",
        /// It must be changed first.
        MustChange = "must-change",
        /// It is known and not allowed.
        Denied = "denied",
        /// There are too many of them.
        TooMany = "too-many",
        /// It is too large.
        TooLarge = "too-large",
        /// It cannot be read.
        Malformed = "malformed",
        /// It bears no signature.
        Unsigned = "unsigned",
        /// It differs from what it must equal.
        Mismatched = "mismatched",
        /// Nobody knows it.
        Unknown = "unknown",
    }
}

/// What is wrong with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// With what.
    pub subject: Subject,
    /// What is wrong.
    pub fault: Fault,
}
