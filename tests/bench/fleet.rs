//! Makes fleets of N tenants: the same N gives the same bytes.

#![expect(clippy::disallowed_methods, reason = "the fleet is a thing of the benchmark's own")]

use std::fs;
use std::io;
use std::path::Path;

/// Sites on one bench.
const PER_BENCH: usize = 250;

/// Writes a fleet of `tenants` tenants, a file each in directories of 256, and what they need. Every fourth has two sites,
/// every tenth a domain of its own, every fiftieth is suspended.
pub(crate) fn write(root: &Path, tenants: usize) -> io::Result<()> {
    let benches = tenants.div_ceil(PER_BENCH).max(1);
    fs::create_dir_all(root.join("tenants"))?;
    fs::write(root.join("fleet.kdl"), platform(benches))?;
    for n in 0..tenants {
        let directory = root.join("tenants").join(format!("{:03}", n / 256));
        if n % 256 == 0 {
            fs::create_dir_all(&directory)?;
        }
        fs::write(directory.join(format!("t{n:05}.kdl")), tenant(n, benches))?;
    }
    Ok(())
}

fn platform(benches: usize) -> String {
    let mut text = String::from(
        r#"fleet "load" {
    id "load"
    sites-under "erp.example.com"
}
host "h1" { engine "sandbox" }
edge "h1" { host "h1"; status "status.example.com" }
database "main" { mariadb "10.11"; host "h1" }
release "erp-15" { frappe "15.80.0"; image "frappe/erpnext:v15.80.0"; apps "erpnext" "hrms" }
app "erpnext" { repository "https://github.com/frappe/erpnext" }
app "hrms" { repository "https://github.com/frappe/hrms"; requires "erpnext" }
size "medium" { gunicorn workers=2 threads=4; queues short=1 long=1; memory "4GiB"; cpus 2 }
"#,
    );
    for (plan, price, connections) in [("starter", 19, 20), ("business", 79, 24), ("enterprise", 499, 64)] {
        text.push_str(&format!(
            r#"plan "{plan}" {{
    price "{price} EUR/month"
    limits {{
        sites 3
        users 25
        database-size "2GiB"
        connections {connections}
        statement-time "300s"
        requests "20/s" burst=40 in-flight=10
    }}
    backup every="6h" keep=28
}}
"#
        ));
    }
    for n in 0..benches {
        text.push_str(&format!(
            "bench \"b{n:03}\" {{\n    release \"erp-15\"\n    size \"medium\"\n    host \"h1\"\n    database \"main\"\n}}\n"
        ));
    }
    text
}

fn tenant(n: usize, benches: usize) -> String {
    let name = format!("t{n:05}");
    let plan = ["starter", "business", "business", "enterprise"][n % 4];
    let bench = n / PER_BENCH % benches;
    let mut text = format!(
        "// Customer {n}\ntenant \"{name}\" {{\n    plan \"{plan}\"\n    contact \"it@{name}.example\"\n"
    );
    if n % 50 == 49 {
        text.push_str("    suspended\n");
    }
    for site in 0..=usize::from(n % 4 == 3) {
        let suffix = if site == 0 { "" } else { "-test" };
        text.push_str(&format!(
            "    site \"{name}{suffix}\" {{\n        bench \"b{bench:03}\"\n        apps \"erpnext\"{}\n",
            if n.is_multiple_of(3) { " \"hrms\"" } else { "" }
        ));
        if n.is_multiple_of(10) && site == 0 {
            text.push_str(&format!("        domain \"erp.{name}.example\" primary=#true\n"));
        }
        text.push_str("        config {\n            max_file_size 52428800\n        }\n    }\n");
    }
    text.push_str("}\n");
    text
}
