//! Every page is rendered, and what people wrote cannot break out of it.

use super::{NAMES, render};

#[test]
fn every_page_is_whole_and_escapes_what_people_wrote() {
    let hostile = "<script>\"'&{{ 7*7 }}`";
    for name in NAMES {
        let page = render(name, hostile, hostile);
        assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{name}: {page}");
        assert!(!page.contains("<script>") && !page.contains("49"), "{name}: {page}");
    }
}
