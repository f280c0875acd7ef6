//! Work that is done on several cores: what comes of it stands in its order all the same.

use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Fewer environments are gone through on one core.
const LEAST_SHARED: usize = 8;
/// More cores are left to others: a gate runs beside builds.
const MOST_CORES: usize = 8;
/// Shares of the environments for each core, so that none waits long for another.
pub const SHARES: usize = 8;

/// On how many cores so many environments are gone through.
#[must_use]
pub fn cores(environments: usize) -> usize {
    // A thread costs more than a few environments, and so does finding out how many cores there are.
    let several = environments >= LEAST_SHARED;
    let cores = if several { std::thread::available_parallelism().map_or(1, NonZero::get) } else { 1 };
    cores.min(MOST_CORES)
}

/// Does all tasks, each once; what came of them stands in their order.
pub fn on_cores<T: Sync, D: Send + Sync>(
    cores: usize,
    tasks: &[T],
    work: &(impl Fn(&T) -> D + Sync),
) -> Vec<D> {
    if cores == 1 {
        return tasks.iter().map(work).collect();
    }
    let done: Vec<OnceLock<D>> = tasks.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        while let Some((task, done)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            tasks.get(at).zip(done.get(at))
        } {
            done.get_or_init(|| work(task));
        }
    };
    std::thread::scope(|scope| {
        // Rules are guarded one by one; what fails beside them is done again below, where it fails loudly.
        let started: Vec<_> = (1..cores).map(|_| scope.spawn(take)).collect();
        take();
        started.into_iter().for_each(|thread| drop(thread.join()));
    });
    done.into_iter().zip(tasks).map(|(done, task)| done.into_inner().unwrap_or_else(|| work(task))).collect()
}

/// Drops environments, on several cores where there are many: every value is zeroed.
pub fn let_go<T: Send>(mut environments: Vec<T>) {
    let cores = cores(environments.len());
    let share = environments.len().div_ceil(cores);
    std::thread::scope(|scope| {
        while environments.len() > share {
            let part = environments.split_off(environments.len() - share);
            scope.spawn(move || drop(part));
        }
        drop(environments);
    });
}
