//! Work that two cores share. In a browser's wasm there is one, and everything is done where it is asked for.
//!
//! What comes out stands in the order of what went in, so that the same capture gives the same bytes on however many
//! cores.

/// What becomes of each item.
#[cfg(target_arch = "wasm32")]
pub fn map<T, R>(items: &[T], change: impl Fn(&T) -> R) -> Vec<R> {
    items.iter().map(change).collect()
}

/// Hands each item on with what is read of it.
#[cfg(target_arch = "wasm32")]
pub fn ahead<T, R>(items: Vec<T>, read: impl FnMut(T) -> R, take: impl FnMut(R)) {
    items.into_iter().map(read).for_each(take);
}

#[cfg(not(target_arch = "wasm32"))]
pub use threads::{ahead, map, shared};

#[cfg(not(target_arch = "wasm32"))]
mod threads {
    use std::sync::Mutex;
    use std::sync::mpsc::{TrySendError, sync_channel};
    use std::thread::{self, ScopedJoinHandle};

    /// Items that a thread takes at a time: enough that the taking costs nothing, few enough that neither waits long
    /// for the other at the end.
    const BATCH: usize = 32;

    /// Items that wait for whoever works on them, at most.
    const WAITING: usize = 256;

    /// Batches that are read ahead: they bound the memory.
    const AHEAD: usize = 8;

    /// Items from which on a thread is worth its memory.
    const MANY: usize = 1024;

    /// Items of a piece of a file from which on one is.
    const SEVERAL: usize = 64;

    /// What becomes of each item.
    pub fn map<T: Sync, R: Send>(items: &[T], change: impl Fn(&T) -> R + Sync) -> Vec<R> {
        if items.len() < MANY {
            return items.iter().map(change).collect();
        }
        let waiting = Mutex::new(items.chunks(BATCH).enumerate());
        let next = || waiting.lock().ok()?.next();
        let work = || -> Vec<(usize, Vec<R>)> {
            std::iter::from_fn(next).map(|(number, batch)| (number, batch.iter().map(&change).collect())).collect()
        };
        let mut changed = thread::scope(|scope| {
            let other = scope.spawn(work);
            let mut changed = work();
            changed.extend(joined(other));
            changed
        });
        changed.sort_unstable_by_key(|(number, _)| *number);
        changed.into_iter().flat_map(|(_, batch)| batch).collect()
    }

    /// Does one piece of work on each item that `make` hands on, while it still makes more.
    pub fn shared<T: Send, R: Send, M>(make: impl FnOnce(&mut dyn FnMut(T)) -> M, work: impl Fn(T) -> R + Sync) -> (M, Vec<R>) {
        let (sender, receiver) = sync_channel(WAITING);
        let receiver = Mutex::new(receiver);
        let next = || receiver.lock().ok()?.recv().ok();
        let work_off = || -> Vec<(usize, R)> { std::iter::from_fn(next).map(|(number, item)| (number, work(item))).collect() };
        let (made, mut done) = thread::scope(|scope| {
            let (mut done, mut count, mut other) = (Vec::new(), 0, None);
            let made = make(&mut |item| {
                if count < SEVERAL {
                    done.push((count, work(item)));
                    count += 1;
                    return;
                }
                other.get_or_insert_with(|| scope.spawn(work_off));
                // Whoever makes more than is worked off lends a hand.
                if let Err(TrySendError::Full((number, item)) | TrySendError::Disconnected((number, item))) = sender.try_send((count, item))
                {
                    done.push((number, work(item)));
                }
                count += 1;
            });
            // This ends the work of both once nothing waits any more.
            drop(sender);
            done.extend(work_off());
            done.extend(other.into_iter().flat_map(joined));
            (made, done)
        });
        done.sort_unstable_by_key(|(number, _)| *number);
        (made, done.into_iter().map(|(_, done)| done).collect())
    }

    /// Hands each item on with what is read of it, which is done ahead of whoever takes it.
    pub fn ahead<T: Send, R: Send>(items: Vec<T>, read: impl FnMut(T) -> R + Send, take: impl FnMut(R)) {
        if items.len() < MANY {
            return items.into_iter().map(read).for_each(take);
        }
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel::<Vec<R>>(AHEAD);
            let reader = scope.spawn(move || {
                let mut read = items.into_iter().map(read);
                loop {
                    let batch: Vec<R> = read.by_ref().take(BATCH).collect();
                    if batch.is_empty() || sender.send(batch).is_err() {
                        return;
                    }
                }
            });
            receiver.into_iter().flatten().for_each(take);
            joined(reader);
        });
    }

    /// What a thread gives back; what ended it early ends this one too.
    fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
        thread.join().unwrap_or_else(|problem| std::panic::resume_unwind(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_out_stands_in_the_order_of_what_went_in() {
        for count in [0, 1, 64, 65, 1000, 1024, 5000] {
            let items: Vec<usize> = (0..count).collect();
            let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(&items, |item| item * 2), expected);
            let mut taken = Vec::new();
            ahead(items.clone(), |item| item * 2, |item| taken.push(item));
            assert_eq!(taken, expected);
            let (made, shared) = shared(|hand_on| items.iter().copied().for_each(hand_on), |item| item * 2);
            assert_eq!(((), expected), (made, shared));
        }
    }
}
