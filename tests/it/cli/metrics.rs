//! `status --format prometheus`: what the textfile collector of `node_exporter` takes.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::fleet::Fleet;

/// Families with their samples; panics at a line that Prometheus would not take.
fn parsed(text: &str) -> BTreeMap<String, Vec<(String, f64)>> {
    let mut families: BTreeMap<String, Vec<(String, f64)>> = BTreeMap::new();
    let mut help = String::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, words) = rest.split_once(' ').unwrap();
            assert!(words.ends_with('.') && !words.contains('\\'), "{line}");
            name.clone_into(&mut help);
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            assert_eq!(rest, format!("{help} gauge"), "the help of a family stands before its type");
            assert!(
                help.starts_with("tenantry_") && help.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
                "{help}"
            );
            assert!(families.insert(help.clone(), Vec::new()).is_none(), "{help} is there twice");
            help.clone_into(&mut current);
        } else {
            let rest = line.strip_prefix(&current).unwrap_or_else(|| panic!("{line} is not of {current}"));
            let (labels, value) = rest.strip_prefix('{').unwrap().rsplit_once("} ").unwrap();
            families.get_mut(&current).unwrap().push((labels.to_owned(), value.parse().unwrap()));
        }
    }
    families
}

#[test]
fn what_runs_is_told_to_prometheus() {
    let fleet = Fleet::new();
    let file = fleet.beside("tenantry.prom");
    let told = || {
        fleet.demand(&["status", "--format", "prometheus", "--out", &file], 0, &[]);
        parsed(&fs::read_to_string(&file).unwrap())
    };
    let before = told();
    let sum = |family: &Vec<(String, f64)>| family.iter().map(|(_, value)| value).sum::<f64>();
    assert!(sum(&before["tenantry_planned_changes"]) > 10.0, "{before:?}");
    assert!(sum(&before["tenantry_container_up"]) < 0.5, "{before:?}");
    assert!(!before.contains_key("tenantry_last_apply_success"), "nothing was applied yet");
    assert!(
        !before.contains_key("tenantry_certificate_present"),
        "a fleet without certificates has none to tell of"
    );

    fleet.demand(&["apply", "--auto-approve"], 0, &[]);
    let after = told();
    assert!(sum(&after["tenantry_planned_changes"]) < 0.5, "{after:?}");
    assert!(after["tenantry_container_up"].iter().all(|(_, up)| *up > 0.5), "{after:?}");
    assert!(after["tenantry_host_up"].iter().all(|(labels, up)| labels.contains("host=\"") && *up > 0.5));
    assert!(sum(&after["tenantry_last_apply_success"]) > 0.5, "{after:?}");
    assert!(
        after["tenantry_status_timestamp_seconds"][0].1
            >= after["tenantry_last_apply_timestamp_seconds"][0].1
    );
    // node_exporter runs as another user, and reads no half of a file.
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o644);
    let left = fs::read_dir(std::path::Path::new(&file).parent().unwrap()).unwrap();
    assert!(left.flatten().all(|entry| !entry.file_name().to_string_lossy().ends_with(".tmp")));
    fleet.demand(&["status", "--json", "--format", "prometheus"], 1, &[]);
    fleet.demand(&["status", "--format", "prometheus", "--out", "/dev/null/x.prom"], 1, &["/dev/null"]);
}
