//! Standard input as a stream of sound.

use std::io::{Cursor, Error, Read, Result};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// Bytes that are read at once, and how many of these wait for whoever reads.
const PART_BYTES: usize = 1 << 16;
const PARTS: usize = 4;
/// How long a reader waits before it looks whether to stop.
const PATIENCE: Duration = Duration::from_millis(50);

/// Standard input, read by a thread of its own: a program that writes nothing must not keep Ctrl-C waiting.
pub struct Pipe {
    parts: Mutex<Receiver<Result<Vec<u8>>>>,
    part: Cursor<Vec<u8>>,
    was_asked: fn() -> bool,
}

impl Pipe {
    /// Begins to read. The pipe ends with an error soon after `was_asked` says so.
    pub fn of_standard_input(was_asked: fn() -> bool) -> Self {
        let (sender, receiver) = sync_channel(PARTS);
        std::thread::spawn(move || {
            let mut input = std::io::stdin().lock();
            loop {
                let mut part = vec![0; PART_BYTES];
                let read = input.read(&mut part).map(|bytes| part.truncate(bytes)).map(|()| part);
                let is_last = read.as_ref().map_or(true, Vec::is_empty);
                if sender.send(read).is_err() || is_last {
                    return;
                }
            }
        });
        Self { parts: Mutex::new(receiver), part: Cursor::default(), was_asked }
    }
}

impl Read for Pipe {
    fn read(&mut self, bytes: &mut [u8]) -> Result<usize> {
        while self.part.position() == self.part.get_ref().len() as u64 {
            if (self.was_asked)() {
                return Err(Error::other("interrupted"));
            }
            let parts = self.parts.get_mut().expect("one reader, which has not panicked");
            match parts.recv_timeout(PATIENCE) {
                Ok(part) => self.part = Cursor::new(part?),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(0),
            }
            if self.part.get_ref().is_empty() {
                return Ok(0);
            }
        }
        self.part.read(bytes)
    }
}
