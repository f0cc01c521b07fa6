//! Risks that broke no login: of each cause the places where it shows, counted as exchanges come.

use crate::causes;
use crate::finding::{Certainty, Finding};
use crate::parallel;
use crate::session::{Place, Record, Session};

/// Places of one risk that are shown; the others are counted.
const SHOWN: usize = 3;

/// How often each cause shows in an exchange.
fn counts(record: &Record) -> Vec<usize> {
    causes::audit::CAUSES.iter().map(|cause| cause.risks(record).len()).collect()
}

/// The risks of a session.
#[derive(Debug, Default)]
pub struct Risks {
    /// For each cause when, where and how often it shows, in order of time.
    by_cause: Vec<Vec<(Place, usize, usize)>>,
    is_new: bool,
}

impl Risks {
    /// Looks at an exchange, once more where it was looked at before.
    pub fn take(&mut self, session: &Session, at: usize) {
        session.record(at).into_iter().for_each(|record| self.put(record, at, &counts(record)));
    }

    /// Looks at every exchange.
    pub fn take_all(&mut self, session: &Session) {
        let counts = parallel::map(session.records(), counts);
        for ((at, record), counts) in session.records().iter().enumerate().zip(counts) {
            self.put(record, at, &counts);
        }
    }

    /// Notes how often each cause shows in an exchange.
    fn put(&mut self, record: &Record, at: usize, counts: &[usize]) {
        let moment = record.place();
        self.by_cause.resize_with(causes::audit::CAUSES.len(), Vec::new);
        for (places, &count) in self.by_cause.iter_mut().zip(counts) {
            let place = places.binary_search_by_key(&(moment, at), |(moment, at, _)| (*moment, *at));
            match place {
                Ok(place) if count == 0 => drop(places.remove(place)),
                Ok(place) => places.get_mut(place).into_iter().for_each(|known| known.2 = count),
                Err(_) if count == 0 => continue,
                Err(place) => places.insert(place, (moment, at, count)),
            }
            self.is_new = true;
        }
    }

    /// The finding of each cause that shows anywhere.
    pub fn findings(&self, session: &Session) -> Vec<Finding> {
        let of_cause = |(cause, places): (&&dyn crate::cause::Cause, &Vec<(Place, usize, usize)>)| {
            let shown = places.iter().take(SHOWN).filter_map(|(_, at, _)| Some((*at, session.record(*at)?)));
            let mut shown =
                shown.flat_map(|(at, record)| cause.risks(record).into_iter().map(move |risk| (at, risk))).take(SHOWN).peekable();
            let mut summary = cause.risk(&shown.peek()?.1.of);
            let more = places.iter().map(|(.., count)| count).sum::<usize>().saturating_sub(SHOWN);
            if more > 0 {
                summary = format!("{summary} {more} more such places are in this capture.");
            }
            let finding = Finding::new(cause.meta(), Certainty::Proved, summary);
            Some(shown.fold(finding, |finding, (at, risk)| finding.shown(at, risk.place, risk.says)))
        };
        causes::audit::CAUSES.iter().zip(&self.by_cause).filter_map(of_cause).collect()
    }

    /// The ids of the causes that show anywhere.
    pub fn is_found(&self, cause: &str) -> bool {
        causes::audit::CAUSES.iter().zip(&self.by_cause).any(|(known, places)| known.meta().id == cause && !places.is_empty())
    }

    /// Whether anything is new since this was last asked.
    pub fn is_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }
}
