//! Processor time of processes, from Linux' `/proc`; nothing where there is none.

use std::{fs, time::Duration};

/// `/proc` counts hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// What a process has used so far.
pub fn used_by(process: u32) -> Duration {
    ticks(process).map_or(Duration::ZERO, |found| TICK * found.own)
}

/// What a process and those that it has started have used so far, be they gone.
pub fn used_by_family(process: u32) -> Duration {
    let living = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter_map(ticks)
        .filter(|found| found.parent == process)
        .map(|found| found.own)
        .sum::<u32>();
    ticks(process).map_or(Duration::ZERO, |found| {
        TICK * (found.own + found.gone + living)
    })
}

/// Megabytes that a process has had in memory at most.
pub fn most_memory(process: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

struct Ticks {
    parent: u32,
    own: u32,
    gone: u32,
}

fn ticks(process: u32) -> Option<Ticks> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field, the name in brackets, may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |place: usize| fields.get(place)?.parse::<u32>().ok();
    Some(Ticks {
        parent: number(1)?,
        own: number(11)? + number(12)?,
        gone: number(13)? + number(14)?,
    })
}
