//! How much the user may still write, where that is limited: `quota -w`, if it is installed.

use super::{Check, ask::ask};
use crate::{content::size, host, supervise::LITTLE_ROOM};

/// A limit on what a user may write.
#[derive(Debug, PartialEq, Eq)]
struct Quota<'a> {
    disk: &'a str,
    /// In bytes.
    used: u64,
    limit: u64,
}

/// The quota that is used up most; nothing where there is none.
pub fn check() -> Option<Check> {
    let said = ask(&host::found("quota")?, &["-w"])?;
    let Quota { disk, used, limit } =
        quotas(&said).into_iter().min_by_key(|quota| quota.limit.saturating_sub(quota.used))?;
    let left = limit.saturating_sub(used);
    let words = format!("{} of your {} on {disk} are left", size(left), size(limit));
    Some(match left < LITTLE_ROOM {
        true => Check::note("quota", format!("{words}: a single download can fill a capture of that size")).remedy(
            "delete what you no longer need, or write the capture to another disk, such as -c /tmp/output.pcap",
        ),
        false => Check::ok("quota", words),
    })
}

/// Reads the table: disk, used, soft limit, hard limit, in kibibytes; a star marks what is above its limit (quota(1)).
fn quotas(said: &str) -> Vec<Quota<'_>> {
    let row = |line: &'_ str| -> Option<(u64, u64)> {
        let mut numbers = line.split_whitespace().skip(1).map(|word| word.trim_end_matches('*').parse::<u64>());
        let (used, soft, hard) = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
        Some((used, if hard == 0 { soft } else { hard }))
    };
    let rows = said.lines().filter_map(|line| Some((line.split_whitespace().next()?, row(line)?)));
    rows.filter(|(_, (_, limit))| *limit > 0)
        .map(|(disk, (used, limit))| Quota { disk, used: used.saturating_mul(1024), limit: limit.saturating_mul(1024) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_quotas_is_read() {
        let said = "Disk quotas for user ann (uid 1000): \n     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace\n\
                    \x20     /dev/sda1   20484  5000000 5500000            42       0       0        \n\
                    nfs:/home  1200* 1000 0 6days 10 0 0\n /dev/sdb1 5 0 0 1 0 0\n";
        let kib = |used: u64, limit: u64, disk| Quota { disk, used: used * 1024, limit: limit * 1024 };
        assert_eq!(quotas(said), [kib(20484, 5_500_000, "/dev/sda1"), kib(1200, 1000, "nfs:/home")]);
        assert_eq!(quotas("Disk quotas for user root (uid 0): none\n"), []);
        assert_eq!(quotas(""), []);
    }
}
