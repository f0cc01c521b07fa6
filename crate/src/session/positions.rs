//! A set of positions in a session.

/// Positions, each once. They come nearly in order, so that most are added at the end.
#[derive(Debug, Default)]
pub(super) struct Positions(Vec<usize>);

impl Positions {
    /// Adds a position; `false` where it was there already.
    pub fn add(&mut self, at: usize) -> bool {
        let place = self.0.binary_search(&at);
        if let Err(place) = place {
            self.0.insert(place, at);
        }
        place.is_err()
    }

    pub fn add_all(&mut self, positions: impl Iterator<Item = usize>) {
        for at in positions {
            self.add(at);
        }
    }

    pub fn contains(&self, at: usize) -> bool {
        self.0.binary_search(&at).is_ok()
    }
}
