//! How many bytes an [`Engine`] allocates, at 48 kHz. Neither processing nor learning allocates more.
//!
//! Two engines of each kind are made. The table has what the second one needs; what only a first one needs is shared by
//! all engines of the process, and printed apart.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use lull_engine::{Config, Engine, HeardMemory, Quality};

const RATE_HZ: f64 = 48e3;
const CHANNELS: [usize; 3] = [1, 2, 8];
const QUALITIES: [Quality; 3] = [Quality::Live, Quality::Standard, Quality::Best];

/// The system's allocator, which counts the bytes and the allocations that are in use.
struct Counting;

static BYTES: AtomicUsize = AtomicUsize::new(0);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator with the arguments it came with, and its answer is returned.
// The counters are atomic and allocate nothing. The other functions are the trait's own, which call these two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.fetch_add(layout.size(), Relaxed);
        ALLOCATIONS.fetch_add(1, Relaxed);
        // SAFETY: the caller keeps the rules of `GlobalAlloc::alloc`, which are the same for `System`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        ALLOCATIONS.fetch_sub(1, Relaxed);
        // SAFETY: the caller passes a pointer from `alloc` above, hence from `System`, and the layout it was made with.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What is in use.
#[derive(Clone, Copy)]
struct Use {
    bytes: usize,
    allocations: usize,
}

impl Use {
    fn now() -> Self {
        Self { bytes: BYTES.load(Relaxed), allocations: ALLOCATIONS.load(Relaxed) }
    }

    fn since(self, earlier: Self) -> Self {
        Self { bytes: self.bytes - earlier.bytes, allocations: self.allocations - earlier.allocations }
    }
}

/// An engine, and what it has allocated and kept.
fn engine(config: Config) -> (Engine, Use) {
    let before = Use::now();
    let engine = Engine::new(config).expect("a config of engines");
    (engine, Use::now().since(before))
}

fn main() {
    // Nothing is printed until all is counted: the first output allocates.
    let mut rows = Vec::with_capacity(QUALITIES.len() * CHANNELS.len());
    for quality in QUALITIES {
        for channels in CHANNELS {
            let config = Config { sample_rate_hz: RATE_HZ, channels, quality };
            // The list of what engines share keeps its room.
            drop(engine(config));
            let (first, of_first) = engine(config);
            let (second, of_second) = engine(config);
            let before = Use::now();
            let memory = HeardMemory::new(config).expect("a config of engines");
            let of_memory = Use::now().since(before);
            drop(memory);
            rows.push((config, of_first, of_second, of_memory));
            let before = Use::now();
            drop((first, second));
            assert!(before.since(Use::now()).bytes == of_first.bytes + of_second.bytes, "an engine leaks");
        }
    }
    println!("Memory of an engine at 48 kHz\n");
    println!("| quality | channels | KiB | allocations | more for what was heard, KiB |");
    println!("|---|---|---|---|---|");
    let mut shared = Use { bytes: 0, allocations: 0 };
    for (Config { quality, channels, .. }, of_first, of_second, of_memory) in rows {
        let kib = |used: Use| used.bytes as f64 / 1024.0;
        let (engine, memory) = (kib(of_second), kib(of_memory));
        println!("| {quality:?} | {channels} | {engine:.0} | {} | {memory:.0} |", of_second.allocations);
        let of_first_alone = of_first.since(of_second);
        shared.bytes += of_first_alone.bytes;
        shared.allocations += of_first_alone.allocations;
    }
    println!("\nShared by all engines: {} bytes in {} allocations", shared.bytes, shared.allocations);
}
