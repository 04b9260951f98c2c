//! What a terminal shows while an apply is under way, on a real pseudo-terminal; and what a log is told of many tenants.

use std::process::{Command, Stdio};

use super::fleet::Fleet;

/// Enough tenants for a block to move.
fn tenants(fleet: &Fleet, n: usize) {
    for i in 0..n {
        let text = format!(
            "tenant \"many-{i:03}\" {{\n    plan \"starter\"\n    site \"many-{i:03}\" {{ bench \"main\"; apps \"erpnext\" }}\n}}\n"
        );
        fleet.write(&format!("tenants/many-{i:03}.kdl"), &text);
    }
}

/// A terminal: what its screen showed after each piece of output, of which control sequences it understands only ours.
fn screens(bytes: &str) -> Vec<String> {
    let (mut lines, mut row, mut column) = (vec![Vec::<char>::new()], 0_usize, 0_usize);
    let mut seen = Vec::new();
    let mut chars = bytes.chars();
    while let Some(c) = chars.next() {
        match c {
            '\r' => column = 0,
            '\n' => {
                row += 1;
                column = 0;
                if lines.len() == row {
                    lines.push(Vec::new());
                }
            }
            '\u{1b}' => {
                assert_eq!(chars.next(), Some('['));
                let mut number = String::new();
                let end = loop {
                    match chars.next().unwrap() {
                        digit if digit.is_ascii_digit() => number.push(digit),
                        end => break end,
                    }
                };
                match end {
                    'A' => row -= number.parse::<usize>().unwrap(),
                    'J' => {
                        // What stood there is about to go: a frame.
                        let frame = lines.iter().map(|line| line.iter().collect::<String>());
                        seen.push(frame.collect::<Vec<_>>().join("\n"));
                        lines.truncate(row + 1);
                        lines[row].truncate(column);
                    }
                    'm' => {}
                    other => panic!("an unknown sequence ends with {other:?}"),
                }
            }
            c => {
                let line = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = c;
                column += 1;
            }
        }
    }
    seen.push(lines.iter().map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n"));
    seen
}

#[test]
fn a_terminal_shows_a_block_that_moves_and_leaves_nothing_behind() {
    let fleet = Fleet::new();
    tenants(&fleet, 40);
    let plain = fleet.command(&[]);
    let mut command = Command::new("script");
    let line = format!(
        "stty cols 90 rows 20; exec {} apply --auto-approve --parallelism 3",
        env!("CARGO_BIN_EXE_tenantry")
    );
    command.args(["-qefc", &line, "/dev/null"]).current_dir(fleet.directory.path()).env("TERM", "xterm");
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let run = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    assert!(run.status.success(), "{text}");
    let screens = screens(&text);
    let blocks: Vec<Vec<&str>> = screens
        .iter()
        .map(|screen| screen.lines().skip_while(|line| !line.contains(" at once · ")).collect())
        .filter(|block: &Vec<&str>| !block.is_empty())
        .collect();
    assert!(blocks.len() > 2, "no block moved:\n{text}");
    for block in &blocks {
        assert!(block.len() <= 6, "a head, at most three rows, what is done: {block:#?}");
        assert!(block.iter().all(|line| line.chars().count() <= 90), "{block:#?}");
        assert!(block[0].contains(" of 42 sites · ") && block[0].contains(" steps · "), "{block:#?}");
    }
    let is_row = |line: &str| line.starts_with("  site.many-0") && line.trim_end().ends_with(" s");
    assert!(blocks.iter().any(|block| block.iter().any(|line| is_row(line))), "{blocks:#?}");
    assert!(blocks.iter().any(|block| block.last().unwrap().starts_with("  done  ")), "{blocks:#?}");
    // The block is gone, and nothing but the plan, the closing line and the status stays.
    let end = screens.last().unwrap();
    assert!(!end.contains(" at once · ") && !end.contains('✓'), "{end}");
    assert_eq!(end.matches("Apply complete! Resources: ").count(), 1, "{end}");
}

#[test]
fn a_log_hears_a_line_a_declaration_however_many_steps_there_are() {
    let fleet = Fleet::new();
    tenants(&fleet, 98);
    let run = fleet.demand(&["apply", "--auto-approve"], 0, &["Apply complete!"]);
    let (done, words): (Vec<&str>, Vec<&str>) = run.err.lines().partition(|line| line.starts_with("✓ "));
    assert_eq!(done.len(), 100 + 4, "a site each, the bench, its database, the edge, the host:\n{run}");
    assert!(done.iter().any(|line| line.starts_with("✓ site.many-042: 4 added, ")), "{run}");
    // Beside them only what `check` warns of stands there.
    let words = words.into_iter().skip_while(|line| !line.starts_with("… "));
    assert!(
        words.into_iter().all(|line| line.starts_with("… ") && line.contains(" of 100 sites · ")),
        "{run}"
    );
    let log = fleet.demand(&["log"], 0, &[]);
    let words: Vec<&str> = log.out.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "steps").unwrap();
    let steps: usize = words[at - 1].parse().unwrap();
    assert!(steps > 1000, "every step is in the journal: {log}");
}
