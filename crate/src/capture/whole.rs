//! Captures that can be read only when all of them is there.

use super::{Capture, Error, Format, Position};
use crate::exchange::Exchange;
use crate::limits;

/// What reads the bytes of a whole capture.
pub(super) trait Read {
    /// What people call the format: "log of curl".
    const NAME: &'static str;

    /// Reads all exchanges.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    fn read(self, bytes: &[u8], exchanges: &mut Vec<Exchange>) -> Result<Capture, String>;
}

/// The bytes so far, and what will read them.
pub(super) struct Whole<R> {
    bytes: Vec<u8>,
    reader: R,
}

impl<R: Read + 'static> Whole<R> {
    pub(super) fn boxed(reader: R) -> Box<dyn Format> {
        Box::new(Self { bytes: Vec::new(), reader })
    }
}

impl<R: Read> Format for Whole<R> {
    fn feed(&mut self, bytes: &[u8], _: &mut Vec<Exchange>) -> bool {
        let room = limits::WHOLE_CAPTURE.saturating_sub(self.bytes.len());
        // One more than is allowed, so that the end can tell.
        self.bytes.extend_from_slice(bytes.get(..=room).unwrap_or(bytes));
        self.bytes.len() <= limits::WHOLE_CAPTURE
    }

    fn finish(self: Box<Self>, exchanges: &mut Vec<Exchange>) -> Result<Capture, Error> {
        let error = |what| Error { place: Position::START, what };
        if self.bytes.len() > limits::WHOLE_CAPTURE {
            return Err(error(format!("this {} is larger than {} MB; record only the login", R::NAME, limits::WHOLE_CAPTURE >> 20)));
        }
        self.reader.read(&self.bytes, exchanges).map_err(error)
    }
}
