//! What a login does at a step, in pieces: held against another's as it stands in the capture, and shown as evidence is.

use crate::redact::{Redactor, join};

/// A piece of what is said of an exchange, by where it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words of the program itself.
    Words(String),
    /// The path of an address.
    Path(String),
    /// The name of a cookie.
    Cookie(String),
    /// The name of a field, in lower case, or of a parameter.
    Name(String),
    /// The value of a header field of this name, or a part of it.
    Field(&'static str, String),
    /// The value of a parameter of this name.
    Parameter(&'static str, String),
}

impl Piece {
    fn shown(&self, redactor: &mut Redactor) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Path(path) => join(&redactor.path(path)),
            Self::Cookie(name) if name.is_empty() => "a cookie without a name".to_owned(),
            Self::Cookie(name) => join(&redactor.name_of_cookie(name)),
            Self::Name(name) => join(&redactor.name_of_field(name)),
            Self::Field(name, value) => join(&redactor.field(name, value)),
            Self::Parameter(name, value) => join(&redactor.parameter(name, value)),
        }
    }
}

/// The end of "the working login …", or what an exchange is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Says(Vec<Piece>);

impl Says {
    /// Words of the program itself.
    pub fn words(words: impl Into<String>) -> Self {
        Self(vec![Piece::Words(words.into())])
    }

    /// The same, and a piece behind it.
    pub fn and(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }

    /// The same, and words of the program behind it.
    pub fn and_words(self, words: impl Into<String>) -> Self {
        self.and(Piece::Words(words.into()))
    }

    /// The same, and several lists of pieces behind it, with words between each two.
    pub fn and_each(mut self, lists: impl IntoIterator<Item = Vec<Piece>>, between: &str) -> Self {
        for (at, pieces) in lists.into_iter().enumerate() {
            self.0.extend((at > 0).then(|| Piece::Words(between.to_owned())));
            self.0.extend(pieces);
        }
        self
    }

    /// The text, without what may not be shown.
    pub fn shown(&self, redactor: &mut Redactor) -> String {
        self.0.iter().map(|piece| piece.shown(redactor)).collect()
    }
}
