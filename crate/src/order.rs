//! Sorting of short lists.

/// Sorts in place and stably, by insertion. The standard library's sorts win on long lists, but each
/// type that they sort adds 4 KB to what browsers download, and the lists here are short or nearly sorted.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..list.len() {
        for at in (1..=end).rev() {
            match list.get(at - 1..=at) {
                Some([before, after]) if key(before) > key(after) => list.swap(at - 1, at),
                _ => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_and_leaves_equals_in_their_order() {
        let mut list = [(3, 'a'), (1, 'b'), (2, 'c'), (1, 'd'), (3, 'e'), (0, 'f')];
        sort_by_key(&mut list, |(number, _)| *number);
        assert_eq!(list, [(0, 'f'), (1, 'b'), (1, 'd'), (2, 'c'), (3, 'a'), (3, 'e')]);
        sort_by_key(&mut [] as &mut [u8], |byte| *byte);
    }
}
