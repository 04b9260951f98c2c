//! Whatever stands in the files, a comment has the elements that Tenantry writes and no others: judged by a parser of
//! `CommonMark` with all of its extensions.

use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

use tenantry::cli::view::{markdown, review_markdown};
use tenantry::desired::change::{Action, Change, FieldChange};
use tenantry::desired::fields::Consequence;
use tenantry::desired::{ObjectId, ObjectKind, Owner};
use tenantry::diag::{Code, Diagnostic};
use tenantry::plan::{Plan, Refusal};
use tenantry::review::money::Amounts;
use tenantry::review::{Difference, News, Own, Reach, Review, Turn};
use tenantry::source::SourceMap;

/// What a page consists of.
#[derive(Debug, Default)]
struct Page {
    /// Text outside of code, where mentions, references and bare links are looked for.
    text: String,
    spans: Vec<String>,
    fences: Vec<String>,
    html: Vec<String>,
}

/// Parses, and demands that there are no elements but those that a comment is made of.
fn parse(text: &str) -> Page {
    // It replaces quotes and dots, which makes nothing of a text.
    let options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);
    let mut page = Page::default();
    let mut code = false;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => {
                assert!(matches!(&*language, "diff" | "text"), "{language:?}\nof\n{text}");
                page.fences.push(String::new());
                code = true;
            }
            Event::End(TagEnd::CodeBlock) => code = false,
            Event::Start(Tag::HtmlBlock) => page.html.push(String::new()),
            Event::Html(html) => {
                let block = page.html.last_mut().unwrap_or_else(|| panic!("{html:?}\nof\n{text}"));
                block.push_str(&html);
            }
            Event::Start(Tag::Paragraph | Tag::List(None) | Tag::Item | Tag::Strong)
            | Event::End(
                TagEnd::Paragraph | TagEnd::List(_) | TagEnd::Item | TagEnd::Strong | TagEnd::HtmlBlock,
            )
            | Event::SoftBreak => {}
            Event::Text(text) if code => page.fences.last_mut().unwrap().push_str(&text),
            Event::Text(text) => page.text.push_str(&text),
            Event::Code(code) => page.spans.push(code.to_string()),
            other => panic!("{other:?}\nof\n{text}"),
        }
    }
    page
}

/// Demands that nothing outside of code could be anybody's but ours.
fn is_ours(page: &Page, text: &str) {
    for html in page.html.iter().map(|html| html.trim_end()) {
        let summary =
            html.strip_prefix("<details>\n<summary>").and_then(|rest| rest.strip_suffix("</summary>"));
        let objects = summary.is_some_and(|s| s.ends_with(" object") || s.ends_with(" objects"));
        assert!(objects || html == "</details>" || html == review_markdown::MARK, "{html}\nof\n{text}");
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || " .,:;·→=+-…()/\n'".contains(c);
    assert!(page.text.chars().all(allowed), "{:?}\nof\n{text}", page.text);
    assert!(
        !page.text.contains("//") && !page.text.contains("www."),
        "{:?} is a link\nof\n{text}",
        page.text
    );
    for word in page.text.split(|c: char| !c.is_ascii_alphanumeric()) {
        assert!(!word.starts_with("zz"), "{word:?} got out of\n{text}");
    }
}

/// Text that would like to be something else. Each begins with `zz`, so that it is known again.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "`",
        "``",
        "```",
        "~~~",
        "\n",
        "\r\n",
        "\n\n",
        "    ",
        "\t",
        "|",
        "\\",
        "\\`",
        "<",
        ">",
        "&lt;",
        "&#96;",
        "</details>",
        "</summary>",
        "<!--",
        "-->",
        "<img src=x onerror=alert(1)>",
        "@octocat",
        "#1",
        "!1",
        "a/b#2",
        "62170cb17a1a6bd9a7a7a7a7a7a7a7a7a7a7a7a7",
        "https://evil.example/",
        "www.evil.example",
        "[x](javascript:1)",
        "![x](y)",
        "$`",
        "$$",
        "[^1]",
        "> [!NOTE]",
        "- [ ] ",
        "# ",
        "---",
        "***",
        "__",
        "==",
        ":+1:",
        "{+",
        "+}",
        "\u{202e}",
        "\u{200b}",
        "\u{85}",
        "\u{2028}",
        "\0",
        "\u{1b}[31m",
        "zz",
        "é",
        " ",
    ]);
    let wild = prop_oneof![4 => pieces.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(wild, 0..12).prop_map(|parts| format!("zz{}", parts.concat()))
}

fn review(text: &[String; 6], consequence: Consequence) -> Review {
    let difference = |name: &str| Difference {
        name: name.to_owned(),
        before: Some(text[0].clone()),
        after: Some(text[1].clone()),
    };
    let news = |turn, kind, names: Vec<String>, reach| News {
        turn,
        kind,
        places: names.iter().map(|_| text[2].clone()).collect(),
        names,
        differences: vec![difference("plan"), difference(&format!("config.{}", text[3]))],
        money: Amounts::default(),
        reach,
    };
    let own = vec![Own {
        limit: "connections".to_owned(),
        sites: 2,
        places: vec![text[4].clone(), text[5].clone()],
    }];
    let reach = Some(Reach { tenants: 2, sites: 3, own });
    let field = FieldChange {
        path: text[3].clone(),
        before: Value::String(text[0].clone()),
        after: Value::String(text[1].clone()),
        consequence,
    };
    let change = |n: usize, action| Change {
        id: ObjectId::new(format!("site.{}", text[n]), ObjectKind::Site, text[n].as_str()),
        address: text[n].clone(),
        physical: text[0].clone(),
        owner: Owner::Tenant(text[1].clone()),
        host: text[5].clone(),
        action,
        consequence,
        fields: vec![field.clone()],
        causes: vec![text[2].clone()],
        steps: Vec::new(),
    };
    let refusal = Refusal {
        diagnostic: Diagnostic::error(Code::GUARD_SITE_MOVES, text[0].as_str())
            .note(text[1].as_str())
            .help(&*text[2]),
        object: None,
        fatal: false,
    };
    Review {
        news: vec![
            news(Turn::New, "tenant", vec![text[0].clone()], None),
            news(Turn::Gone, "site", text.to_vec(), None),
            news(Turn::Changed, "plan", vec![text[1].clone()], reach),
            news(Turn::Moved, "domain", vec![text[4].clone()], None),
        ],
        observed: tenantry::desired::observed::Observed::default(),
        plan: Plan {
            changes: vec![change(0, Action::Create), change(1, Action::Update), change(2, Action::Replace)],
            refusals: vec![refusal],
            notes: vec![text[3].clone()],
            ..Plan::default()
        },
        revenue: (Amounts::default(), Amounts::default()),
        warnings: vec![Diagnostic::warning(Code::CHECK_UNUSED, text[4].as_str())],
        compared: (1, 1, 1),
    }
}

proptest! {
    #![proptest_config(crate::support::random::cases(256))]

    #[test]
    fn any_text_is_one_code_span(text in prop_oneof![hostile(), any::<String>()]) {
        let page = parse(&format!("- new tenant {} · left\n", markdown::code(&text)));
        match page.spans.as_slice() {
            [] => prop_assert_eq!(page.text, "new tenant (blank) · left"),
            [span] => {
                prop_assert_eq!(page.text, "new tenant  · left");
                let shown: String = span.chars().filter(|c| *c != '\u{fffd}' && *c != '…').collect();
                let plain: String = text.chars().filter(|c| !tenantry::value::invisible(*c) && *c != '\u{fffd}' && *c != '…').collect();
                prop_assert!(plain.starts_with(&shown), "{:?} of {:?}", shown, plain);
            }
            more => prop_assert!(false, "{:?}", more),
        }
        prop_assert!(page.html.is_empty() && page.fences.is_empty());
    }

    #[test]
    fn any_lines_are_one_fence(lines in prop::collection::vec(hostile(), 0..6)) {
        let lines: Vec<String> = lines.iter().map(|line| markdown::line(line)).collect();
        let page = parse(&format!("before\n\n{}\nafter\n", markdown::fence("diff", &lines)));
        prop_assert_eq!(page.text, "beforeafter");
        prop_assert_eq!(page.fences, [format!("{}\n", lines.join("\n"))]);
        prop_assert!(page.html.is_empty() && page.spans.is_empty());
    }

    #[test]
    fn no_text_gets_out_of_a_comment(
        text in prop::array::uniform6(hostile()),
        recreate in any::<bool>(),
    ) {
        let consequence = if recreate { Consequence::Recreate } else { Consequence::None };
        let comment = review_markdown::review(&review(&text, consequence), &SourceMap::default());
        let page = parse(&comment);
        is_ours(&page, &comment);
        prop_assert_eq!(page.fences.len(), 3);
        prop_assert_eq!(comment.lines().last(), Some(review_markdown::MARK));
        prop_assert!(comment.len() <= review_markdown::LIMIT);
    }
}

#[test]
fn what_would_get_out_without_care_is_found() {
    // The judge itself: each of these must be noticed.
    for text in ["@zz", "<b>", "#1", "zzname", "[x](y)", "https://evil.example"] {
        let caught = std::panic::catch_unwind(|| is_ours(&parse(text), text));
        assert!(caught.is_err(), "{text}");
    }
}
