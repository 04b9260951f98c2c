//! What differs between two texts, for people.

/// Lines that only the first text has with `-`, only the second with `+`, and two lines around each.
pub fn lines(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    // common[i][j]: how many lines the rests from i and j have in common.
    let mut common = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut all) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            all.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len() || (i < old.len() && common[i + 1][j] >= common[i][j + 1]) {
            all.push(('-', old[i]));
            i += 1;
        } else {
            all.push(('+', new[j]));
            j += 1;
        }
    }
    let near =
        |at: usize| all[at.saturating_sub(2)..all.len().min(at + 3)].iter().any(|(mark, _)| *mark != ' ');
    let mut text = String::new();
    let mut gap = false;
    for (at, (mark, line)) in all.iter().enumerate() {
        if near(at) {
            text.push_str(&format!("    {mark} {line}\n"));
        } else if !gap {
            text.push_str("      …\n");
        }
        gap = !near(at);
    }
    text
}

#[test]
fn a_diff_shows_what_goes_and_what_comes() {
    assert_eq!(lines("a\nb\nc\n", "a\nx\nc\n"), "      a\n    - b\n    + x\n      c\n");
    assert_eq!(lines("", "x\n"), "    + x\n");
}
