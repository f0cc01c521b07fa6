//! What tests of every floor above the captures ask: the session that a text in exchange notation tells.

use super::{Profile, Session};

/// The session of exchange notation, as Chrome would behave.
#[track_caller]
pub fn session(notation: &str) -> Session {
    let mut session = Session::new(Profile::chrome());
    for exchange in crate::capture::notation::parse(notation).unwrap_or_else(|error| panic!("{error}\n{notation}")) {
        session.push(exchange);
    }
    session
}
