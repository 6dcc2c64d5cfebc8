//! The table in Markdown, and the machine.

use std::time::Duration;

pub struct Row {
    pub name: String,
    pub settings: String,
    /// CPU time of every run.
    pub times: Vec<Duration>,
}

impl Row {
    fn median_ms(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort();
        let middle = |index: usize| 1e3 * times[index].as_secs_f64();
        (middle((times.len() - 1) / 2) + middle(times.len() / 2)) / 2.0
    }

    fn range_ms(&self) -> String {
        let ms = |time: Option<&Duration>| 1e3 * time.map_or(0.0, Duration::as_secs_f64);
        format!("{:.0} to {:.0}", ms(self.times.iter().min()), ms(self.times.iter().max()))
    }
}

/// The rows, compared with the first one, for a file of so many seconds.
pub fn markdown(rows: &[Row], seconds: f64) -> String {
    let mut table = "| program | settings | CPU time, ms | least to most, ms | times real time | CPU time over Lull's in Standard |\n\
                     |---|---|---|---|---|---|\n"
        .to_owned();
    for row in rows {
        let (median_ms, first_ms) = (row.median_ms(), rows[0].median_ms());
        table += &format!(
            "| {} | {} | {median_ms:.0} | {} | {:.0} | {:.2} |\n",
            row.name,
            row.settings,
            row.range_ms(),
            1e3 * seconds / median_ms,
            median_ms / first_ms
        );
    }
    table
}

/// The processor and its cores, as the system names them.
pub fn machine() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    format!("Machine: {model}, {cores} cores.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_compared_with_the_first_rows() {
        let row = |name: &str, ms: &[u64]| Row {
            name: name.into(),
            settings: "none".into(),
            times: ms.iter().map(|&ms| Duration::from_millis(ms)).collect(),
        };
        let table = markdown(&[row("a", &[90, 300, 100]), row("b", &[250, 200])], 60.0);
        let rows: Vec<_> = table.lines().skip(2).collect();
        assert_eq!(
            rows,
            ["| a | none | 100 | 90 to 300 | 600 | 1.00 |", "| b | none | 225 | 200 to 250 | 267 | 2.25 |"]
        );
    }
}
