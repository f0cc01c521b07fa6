//! Attempts at the same login are one failure with several exchanges, and so are refusals of one root cause and
//! subject at one origin.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::session::Place;

/// What failed logins of one group have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Likeness {
    /// Logging in at this origin: whatever stood in the way before, what does now is the root.
    Login(Box<str>),
    /// The origin, the root cause and its subject.
    Cause(Box<str>, &'static str, Box<str>),
    /// Nothing: no cause was found for the failed login at this position.
    Alone(usize),
}

/// Where a failed login stands in the order of time, and its position.
pub type Member = (Place, usize);

/// One group.
#[derive(Debug, Default)]
pub struct Group {
    members: BTreeSet<Member>,
    /// Whether its last member stands for it, and each tells what was in the way; else its first does.
    is_login: bool,
    /// The causes that it names, by their ids.
    causes: Vec<&'static str>,
    /// Whether its last member failed for good.
    is_open: bool,
    /// What is new since it was last told.
    news: News,
}

/// What is new of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum News {
    /// Nothing.
    #[default]
    None,
    /// These members came to it, later ones than those that were told, or the last of them ended otherwise.
    Members(Vec<usize>),
    /// Everything.
    All,
}

impl Group {
    /// When it began.
    pub fn began(&self) -> Option<Place> {
        self.members.first().map(|(place, _)| *place)
    }

    /// The failed login that stands for it, and that by which it shows how things stand.
    pub fn ends(&self) -> Option<(Member, Member)> {
        let last = *self.members.last()?;
        Some((if self.is_login { last } else { *self.members.first()? }, last))
    }

    /// Whether its members are attempts at one login.
    pub const fn is_login(&self) -> bool {
        self.is_login
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The positions of its members, in order of time.
    pub fn members(&self) -> impl Iterator<Item = usize> {
        self.members.iter().map(|(_, at)| *at)
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Groups {
    numbers: HashMap<Likeness, u32>,
    groups: BTreeMap<u32, Group>,
    next: u32,
    changed: BTreeSet<u32>,
    untold: BTreeSet<u32>,
    gone: Vec<u32>,
    open: usize,
    found: HashMap<&'static str, usize>,
}

impl Groups {
    /// Adds a failed login, and returns the number of its group.
    pub fn add(&mut self, likeness: Likeness, member: Member) -> u32 {
        let is_login = matches!(likeness, Likeness::Login(_));
        let number = *self.numbers.entry(likeness).or_insert_with(|| {
            self.next += 1;
            self.next
        });
        let group = self.groups.entry(number).or_default();
        group.is_login = is_login;
        let is_last = !is_login && group.members.last().is_none_or(|last| *last < member);
        group.members.insert(member);
        match &mut group.news {
            News::Members(new) if is_last => new.push(member.1),
            news @ News::None if is_last && group.members.len() > 1 => *news = News::Members(vec![member.1]),
            news => *news = News::All,
        }
        self.changed.insert(number);
        number
    }

    /// Takes a failed login out.
    pub fn remove(&mut self, likeness: &Likeness, member: Member) {
        let Some(number) = self.numbers.get(likeness).copied() else { return };
        let Some(group) = self.groups.get_mut(&number) else { return };
        group.members.remove(&member);
        group.news = News::All;
        self.changed.insert(number);
        if group.members.is_empty() {
            self.numbers.remove(likeness);
        }
    }

    /// Notes that a failed login of a group looks otherwise than before: `is_whole` where more than how it
    /// ended is new.
    pub fn touch(&mut self, number: u32, member: Member, is_whole: bool) {
        let Some(group) = self.groups.get_mut(&number) else { return };
        let Some((_, last)) = group.ends() else { return };
        if is_whole {
            group.news = News::All;
        } else if member == last && group.news == News::None {
            group.news = News::Members(Vec::new());
        }
        self.changed.insert(number);
    }

    /// Whether a group names what was found of that failed login: the one that stands for it, and every attempt at
    /// one login.
    pub fn names(&self, number: u32, member: Member) -> bool {
        self.groups.get(&number).is_some_and(|group| group.is_login || group.ends().is_some_and(|(stands, _)| stands == member))
    }

    /// The group of that number.
    pub fn get(&self, number: u32) -> Option<&Group> {
        self.groups.get(&number)
    }

    /// Every group with its number, in the order in which their first members failed.
    pub fn in_order(&self) -> Vec<(u32, &Group)> {
        let mut groups: Vec<(u32, &Group)> = self.groups.iter().map(|(number, group)| (*number, group)).collect();
        groups.sort_by_key(|(_, group)| group.members.first().copied());
        groups
    }

    /// The members that stand for the groups that changed.
    pub fn changed(&self) -> Vec<usize> {
        self.changed.iter().filter_map(|number| Some(self.groups.get(number)?.ends()?.0.1)).collect()
    }

    /// Sets right what else is known of the groups that changed: `look` tells of a group the ids of the causes
    /// that it names, and whether it failed for good.
    pub fn settle(&mut self, look: impl Fn(&Group) -> (Vec<&'static str>, bool)) {
        for number in std::mem::take(&mut self.changed) {
            let Some(group) = self.groups.get_mut(&number) else { continue };
            let (causes, is_open) = look(group);
            self.open = self.open + usize::from(is_open) - usize::from(group.is_open);
            for cause in &causes {
                *self.found.entry(cause).or_default() += 1;
            }
            for cause in &group.causes {
                self.found.entry(cause).and_modify(|count| *count -= 1);
            }
            (group.causes, group.is_open) = (causes, is_open);
            if group.members.is_empty() {
                self.groups.remove(&number);
                self.untold.remove(&number);
                self.gone.push(number);
            } else {
                self.untold.insert(number);
            }
        }
    }

    /// Whether any group failed for good.
    pub const fn is_any_open(&self) -> bool {
        self.open > 0
    }

    /// Whether there is no group.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Whether that is a cause of any group.
    pub fn is_found(&self, cause: &str) -> bool {
        self.found.get(cause).is_some_and(|count| *count > 0)
    }

    /// The numbers of the groups that are new or changed since this was last called, with what is new, and
    /// of those that are gone.
    pub fn news(&mut self) -> (Vec<(u32, News)>, Vec<u32>) {
        let told = |number| Some((number, std::mem::take(&mut self.groups.get_mut(&number)?.news)));
        let untold = std::mem::take(&mut self.untold).into_iter().filter_map(told).collect();
        (untold, std::mem::take(&mut self.gone))
    }
}
