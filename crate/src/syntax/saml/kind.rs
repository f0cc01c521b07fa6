//! The messages of SAML by name. SAML Core 3.

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A service asks for a login.
    AuthnRequest,
    /// The answer, with assertions or a status that says why not.
    Response,
    /// Somebody asks to end a session.
    LogoutRequest,
    /// The answer.
    LogoutResponse,
    /// A receiver asks for the message behind an artifact.
    ArtifactResolve,
    /// The answer, with the message in it.
    ArtifactResponse,
    /// An assertion on its own.
    Assertion,
    /// An encrypted assertion on its own.
    EncryptedAssertion,
    /// Something else.
    #[default]
    Other,
}

impl Kind {
    /// The element's name; empty for something else.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthnRequest => "AuthnRequest",
            Self::Response => "Response",
            Self::LogoutRequest => "LogoutRequest",
            Self::LogoutResponse => "LogoutResponse",
            Self::ArtifactResolve => "ArtifactResolve",
            Self::ArtifactResponse => "ArtifactResponse",
            Self::Assertion => "Assertion",
            Self::EncryptedAssertion => "EncryptedAssertion",
            Self::Other => "",
        }
    }

    /// The kind that an element of this local name is.
    #[must_use]
    pub fn of(local: &str) -> Self {
        match local {
            "AuthnRequest" => Self::AuthnRequest,
            "Response" => Self::Response,
            "LogoutRequest" => Self::LogoutRequest,
            "LogoutResponse" => Self::LogoutResponse,
            "ArtifactResolve" => Self::ArtifactResolve,
            "ArtifactResponse" => Self::ArtifactResponse,
            "Assertion" => Self::Assertion,
            "EncryptedAssertion" => Self::EncryptedAssertion,
            _ => Self::Other,
        }
    }

    pub(super) const fn has_status(self) -> bool {
        matches!(self, Self::Response | Self::LogoutResponse | Self::ArtifactResponse)
    }
}
