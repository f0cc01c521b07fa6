//! Every login in the session, put together as its exchanges arrive: whoever asks finds it ready, and what
//! the answer hangs on is the login itself, not everything that was looked at for it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{Opening, SignIn, opens_a_flow};
use crate::facts::Fingerprint;
use crate::limits;
use crate::session::Session;
use crate::session::following::{Following, Part, Ties};
use crate::session::lists::{Read, count_before, key, order_of};
use crate::time::Time;

/// A flow has no parts that could hang on something of their own.
const WHOLE: Part = 0;

/// The flows by what opens them.
#[derive(Debug, Default)]
pub struct Flows {
    kept: HashMap<usize, Kept>,
    following: Following,
    /// What opens the flows that an exchange is a step of.
    openers: HashMap<usize, BTreeSet<usize>>,
}

#[derive(Debug, Default)]
struct Kept {
    flow: Option<Arc<SignIn>>,
    ties: Ties,
}

impl Kept {
    fn steps(&self) -> impl Iterator<Item = usize> {
        self.flow.iter().flat_map(|flow| &flow.steps).map(|step| step.at)
    }
}

/// The flows that an exchange is a step of.
fn flows_of(at: usize) -> Fingerprint {
    key("flows of", Fingerprint::of_name("").and(&at.to_le_bytes()))
}

impl Flows {
    /// What opens the flows that hang on what changed.
    fn touched(&mut self, changed: &[(Fingerprint, Time)]) -> BTreeSet<usize> {
        let (kept, following) = (&self.kept, &mut self.following);
        let touched = changed.iter().flat_map(|(key, moment)| following.touched(*key, *moment, |at| Some(&kept.get(&at)?.ties)));
        touched.map(|(opener, _)| opener).collect()
    }

    /// Keeps a flow in the place of what there was. The steps whose flows are others now.
    fn keep(&mut self, opener: usize, flow: Option<Arc<SignIn>>, reads: &[Read]) -> BTreeSet<usize> {
        let kept = self.kept.entry(opener).or_default();
        kept.ties.untie(|_| true);
        self.following.tie(opener, &mut kept.ties, WHOLE, reads);
        if kept.flow == flow {
            return BTreeSet::new();
        }
        let mut steps: BTreeSet<usize> = kept.steps().collect();
        for step in &steps {
            self.openers.entry(*step).or_default().remove(&opener);
        }
        kept.flow = flow;
        for step in kept.steps() {
            self.openers.entry(step).or_default().insert(opener);
            steps.insert(step);
        }
        steps
    }
}

impl Session {
    /// What opens the flows that may look otherwise since the exchange at that position came.
    pub(in crate::session) fn stale_flows(&mut self, at: usize) -> BTreeSet<usize> {
        let mut stale = self.flows.touched(self.lists.changed());
        stale.extend(self.altered.iter().copied().chain([at]).filter(|at| self.records.get(*at).is_some_and(opens_a_flow)));
        stale
    }

    /// Puts the flows together that these open.
    pub(in crate::session) fn keep_flows(&mut self, stale: BTreeSet<usize>) {
        let mut flows = std::mem::take(&mut self.flows);
        for opener in stale {
            let (flow, reads) = self.lists.noting(|| self.flow_from(opener).map(Arc::new));
            for step in flows.keep(opener, flow, &reads) {
                self.lists.change(flows_of(step));
            }
        }
        self.flows = flows;
    }

    /// The flow that an exchange opens.
    pub(super) fn flow_of(&self, opener: usize) -> Option<&Arc<SignIn>> {
        self.flows.kept.get(&opener)?.flow.as_ref()
    }

    /// The flow that an exchange is a step of: the latest that began before it, those that a request opened first.
    pub(super) fn flow_with(&self, at: usize) -> Option<Arc<SignIn>> {
        self.lists.note_value(flows_of(at));
        let openers = self.flows.openers.get(&at)?;
        let opens = |opener: usize| self.record(opener).map(Opening::of);
        let order = |opener: &usize| order_of(&self.records, *opener);
        Opening::RANKS.into_iter().find_map(|rank| {
            let of_rank = openers.iter().copied().filter(|opener| opens(*opener) == Some(rank) && self.is_near(rank, *opener, at));
            let mut latest_first: Vec<usize> = of_rank.collect();
            latest_first.sort_by_key(|opener| std::cmp::Reverse(order(opener)));
            latest_first.into_iter().find_map(|opener| self.whole_flow(opener, at))
        })
    }

    /// Whether what opens a flow is among the last of its kind that began no later than an exchange.
    fn is_near(&self, rank: Opening, opener: usize, at: usize) -> bool {
        let began = |at: usize| self.record(at).map_or(Time(0), |record| record.exchange.started);
        self.lists.note(Read { key: rank.openers(), from: began(opener), to: began(at) });
        let openers = self.lists.positions(rank.openers());
        let place = openers.partition_point(|other| order_of(&self.records, *other) < order_of(&self.records, opener));
        let end = count_before(openers, began(at).plus(1), &self.records);
        (1..=limits::SIGN_INS).contains(&end.saturating_sub(place))
    }
}
