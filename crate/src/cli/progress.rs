//! A bar on standard error while a large file is read.

use std::io::{self, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);
const PACE: Duration = Duration::from_millis(100);
const WIDTH: u64 = 30;

/// Passes a file through and shows how much of it has been read, once that takes longer than a
/// second and somebody is watching.
pub struct Watched<R> {
    inner: R,
    name: String,
    /// Bytes in all, where that is known.
    total: Option<u64>,
    read: u64,
    /// When to draw next; `None` where nobody watches.
    next: Option<Instant>,
    drawn: bool,
}

impl<R: Read> Watched<R> {
    /// Watches the reading of a file of that name and size.
    pub fn new(inner: R, name: String, total: Option<u64>) -> Self {
        let next = io::stderr().is_terminal().then(|| Instant::now() + PATIENCE);
        Self { inner, name, total: total.filter(|total| *total > 0), read: 0, next, drawn: false }
    }

    fn draw(&self) {
        let megabytes = self.read / 1_000_000;
        let line = match self.total {
            Some(total) => {
                let share = |of: u64| (self.read.min(total) * of).checked_div(total).unwrap_or_default();
                let done = usize::try_from(share(WIDTH)).unwrap_or_default();
                let bar: String = (0..WIDTH as usize).map(|at| if at < done { '#' } else { '.' }).collect();
                format!("[{bar}] {:>3}%  {megabytes} MB", share(100))
            }
            None => format!("{megabytes} MB"),
        };
        let _ = write!(io::stderr(), "\r\x1b[2KReading {}  {line}", self.name);
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.read += length as u64;
        if self.next.is_some_and(|next| Instant::now() >= next) {
            self.draw();
            self.drawn = true;
            self.next = Some(Instant::now() + PACE);
        }
        Ok(length)
    }
}

impl<R> Drop for Watched<R> {
    fn drop(&mut self) {
        if self.drawn {
            let _ = write!(io::stderr(), "\r\x1b[2K");
        }
    }
}
