//! What one step did to the store, so that it can be taken back.

use super::stored::{Doubt, StoredCookie};
use crate::time::Time;

/// A step of the store. Steps are taken back in the reverse of their order.
#[derive(Debug)]
pub struct Change {
    pub(super) step: Option<Step>,
    /// Cookies that had to go, in the order in which they went.
    pub(super) evicted: Vec<(Place, StoredCookie)>,
    /// Cookies that were doubted after that, and the doubts there were before.
    pub(super) doubted: Vec<(Place, Doubt)>,
}

impl Change {
    pub(super) fn of(step: Step) -> Self {
        Self { step: Some(step), evicted: Vec::new(), doubted: Vec::new() }
    }
}

/// A change that was taken back, so that it can be made again.
#[derive(Debug)]
pub struct Undone {
    /// What took the step back.
    pub(super) step: Option<Step>,
    /// Where the evicted cookies stood when they went.
    pub(super) evicted: Vec<Place>,
    pub(super) doubted: Vec<(Place, Doubt)>,
}

#[derive(Debug)]
pub(super) enum Step {
    Inserted(Place),
    /// The cookie that stood there before.
    Replaced(Place, Box<StoredCookie>),
    Removed(Place, Box<StoredCookie>),
    /// Cookies of one site that a request took along, and when they were last used before.
    Accessed {
        site: usize,
        before: Vec<(usize, Time)>,
    },
}

/// Where a cookie stands: the site's number and the cookie's in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub site: usize,
    pub index: usize,
}
