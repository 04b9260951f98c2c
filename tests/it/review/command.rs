//! The command: how it ends, and in which shapes it prints.

use serde_json::Value;

use crate::cli::fleet::Fleet;

#[test]
fn it_ends_as_diff_does() {
    let (base, head) = (Fleet::new(), Fleet::new());
    let at = base.directory.path().to_str().unwrap();
    head.demand(&["diff", at], 0, &["No changes. Compared 2 tenants, 2 sites, 3"]);
    head.demand(&["diff", at, ".", "--markdown"], 0, &["**No changes.", "<!-- tenantry:diff -->"]);
    head.edit("fleet.kdl", "79 EUR/month", "89 EUR/month");
    let words = ["plan business · price 79 EUR/month → 89 EUR/month · +10 EUR/month", "(98 → 108)"];
    head.demand(&["diff", at, "."], 1, &words);
    head.remove("tenants/globex.kdl");
    head.demand(
        &["diff", at],
        5,
        &["guard/data-without-tombstone", "it was declared at tenants/globex.kdl:"],
    );
    head.write("tenants/globex.kdl", "tenant \"globex\" { plan \"busines\" }");
    head.demand(&["diff", at], 2, &["`busines`", "1 error"]);
    let run = head.demand(&["diff", at, "--markdown"], 2, &["**The fleet does not compile**: 1 error"]);
    assert!(run.out.contains("```text\nerror[") && run.err.is_empty(), "{run}");
    let here = head.directory.path().to_str().unwrap();
    base.demand(
        &["diff", here],
        2,
        &["the base does not compile. But the head compiles: 2 tenants, 2 sites."],
    );
    base.demand(&["diff", "nowhere"], 2, &["error[load/no-directory]"]);
    base.demand(&["diff"], 2, &["required arguments", "BASE"]);
    base.demand(&["diff", here, "--json", "--markdown"], 2, &["cannot be used with"]);
    assert!(!head.world().exists() && !base.world().exists(), "nothing was looked at");
}

#[test]
fn json_is_a_plan_of_terraform_with_the_news_beside_it() {
    let (base, head) = (Fleet::new(), Fleet::new());
    let at = base.directory.path().to_str().unwrap();
    head.edit("tenants/initech.kdl", "plan \"starter\"", "plan \"business\"");
    let run = head.demand(&["diff", at, "--json"], 1, &[]);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert!(json["format_version"].as_str().unwrap().starts_with("1."));
    assert_eq!(json["resource_changes"][0]["change"]["actions"][0], "update");
    let news = &json["tenantry"]["news"][0];
    assert_eq!(
        (&news["turn"], &news["kind"], &news["names"][0]),
        (&Value::from("changed"), &Value::from("tenant"), &Value::from("initech"))
    );
    assert_eq!(news["differences"][0]["after"], "business");
    assert_eq!(json["tenantry"]["revenue"]["change"]["EUR"], "60");
    assert_eq!(json["tenantry"]["revenue"]["after"]["EUR"], "158");
}
