//! A seeded source of choices, the same on every machine: SplitMix64.

/// Choices from a seed.
pub struct Random(u64);

impl Random {
    /// The choices of that seed; `SEED=` in the environment overrides it.
    pub fn seeded(seed: u64) -> Self {
        Self(std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed))
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }

    /// One of several.
    pub fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// Changes a text at a few places, by characters that grammars care about.
    pub fn damage(&mut self, text: &str, alphabet: &[char]) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(characters.len() + 1);
            match self.below(3) {
                0 => characters.insert(at, self.of(alphabet)),
                1 if at < characters.len() => {
                    characters.remove(at);
                }
                _ if at < characters.len() => characters[at] = self.of(alphabet),
                _ => {}
            }
        }
        characters.into_iter().collect()
    }
}
