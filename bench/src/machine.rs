//! What the run took place on.

use std::fs;

use dienhinh_engine::batch::Arm;

/// Processor, cores, memory, system; what the system does not tell is left out.
pub(crate) fn description() -> String {
    let processor = line_of("/proc/cpuinfo", "model name");
    let memory = line_of("/proc/meminfo", "MemTotal").and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").ok();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let parts = [
        processor,
        Some(format!("{cores} cores")),
        memory.map(|kib| format!("{} GiB", kib / (1 << 20))),
        system.map(|release| format!("Linux {}", release.trim())),
        Some(format!("vectors: {:?}", Arm::best())),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The most memory that this process has had, in KiB.
pub(crate) fn peak_kib() -> u64 {
    line_of("/proc/self/status", "VmHWM").and_then(|text| text.split(' ').next()?.parse().ok()).unwrap_or(0)
}

fn line_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
