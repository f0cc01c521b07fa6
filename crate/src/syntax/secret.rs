//! Text that must not be shown: its `Debug` gives only its length.

/// A token, password, key or assertion, as it was captured.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Secret(pub Box<str>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({} bytes)", self.0.len())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}
