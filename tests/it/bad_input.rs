//! Input that no one should write and someone will: each gets a message that says what and where, and nothing breaks.

use std::fs::{self, File};
use std::path::Path;

use tenantry::diag::render::{Style, render};
use tenantry::diag::{Diagnostic, Diagnostics};
use tenantry::load::{self, Scalar};
use tenantry::source::SourceMap;
use tenantry::world::{Directory, FILE_LIMIT, Memory, World, WorldError};

struct Loaded {
    sources: SourceMap,
    diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    fn text(&self) -> String {
        let text = render(&self.diagnostics, &self.sources, Style::default());
        let control: Vec<char> = text.chars().filter(|c| c.is_control() && *c != '\n').collect();
        assert!(control.is_empty(), "{control:?} reach the terminal: {text:?}");
        text.trim_end().to_owned()
    }

    fn codes(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str()).collect()
    }
}

fn load(world: &dyn World) -> Loaded {
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(world, &mut diagnostics);
    load::parse(&sources, &mut diagnostics);
    Loaded { sources, diagnostics: diagnostics.sorted() }
}

fn file(text: impl Into<Vec<u8>>) -> Loaded {
    load(&Memory::default().with("a.kdl", text))
}

#[expect(clippy::disallowed_methods, reason = "a test writes its input")]
fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_key_without_a_value_is_named() {
    let expected = r#"error[load/syntax]: `primary` has no value
 --> a.kdl:1:17
  |
1 | domain a primary=
  |                 ^ a value must follow the `=`
  |
  = help: `""` is the empty text and `#null` is nothing"#;
    assert_eq!(file("domain a primary=\n").text(), expected);
}

#[test]
fn tabs_are_legal_and_the_columns_behind_them_right() {
    assert!(file("a {\n\tb\t1\t2\n}\n").diagnostics.is_empty());
    let expected = r#"error[load/syntax]: `1x` is not a number
 --> a.kdl:2:4
  |
2 |     b    1x
  |          ^^ it begins with a digit, so it must be a number
  |
help: put it between quotes if text is meant
  |
2 -     b    1x
2 +     b    "1x"
  |"#;
    assert_eq!(file("a {\n\tb\t1x\n}\n").text(), expected);
}

#[test]
fn a_byte_order_mark_may_begin_a_file_and_stand_nowhere_else() {
    assert!(file("\u{feff}a 1\n").diagnostics.is_empty());
    let bom = file("\u{feff}a 1x\n");
    assert!(bom.text().contains("a.kdl:1:3"), "the mark is no column: {}", bom.text());
    let position = bom.sources.position(bom.diagnostics[0].primary.as_ref().unwrap().span);
    assert_eq!((position.line, position.column), (1, 3));
    let expected = r"error[load/control-character]: the character U+FEFF (byte order mark) may not stand in a file
 --> a.kdl:1:3
  |
1 | a �1
  |   ^ here
  |
  = help: remove it; within quotes it can be written as `\u{feff}`";
    assert_eq!(file("a \u{feff}1\n").text(), expected);
}

#[test]
fn nul_and_direction_controls_are_refused_where_they_stand() {
    let expected = r#"error[load/control-character]: the character U+0000 (NUL) may not stand in a file
 --> a.kdl:1:4
  |
1 | a "␀"
  |    ^ here
  |
  = help: remove it; within quotes it can be written as `\u{0}`

error[load/control-character]: the character U+202E (direction control) may not stand in a file
 --> a.kdl:2:6
  |
2 | // b �
  |      ^ here
  |
  = help: remove it; within quotes it can be written as `\u{202e}`"#;
    assert_eq!(file("a \"\0\"\n// b \u{202e}\n").text(), expected);
}

#[test]
fn a_binary_file_gives_a_few_messages_and_a_count() {
    let loaded = file("\u{1}".repeat(5000));
    assert_eq!(loaded.diagnostics.len(), 5);
    assert!(loaded.text().contains("4995 more such characters follow"), "{}", loaded.text());
}

#[test]
fn bytes_that_are_not_utf8_are_shown_at_their_place_and_not_parsed() {
    let expected = r#"error[load/not-utf8]: `a.kdl` is not UTF-8
 --> a.kdl:2:10
  |
2 | contact "�t�"
  |          ^ the byte 0xE9 at offset 13 is no part of a character
  |
  = help: save the file again with the encoding UTF-8"#;
    assert_eq!(file(b"a {\ncontact \"\xE9t\xE9\"\n".to_vec()).text(), expected);
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("a 1\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert!(file(utf16).text().contains("it looks like UTF-16"));
}

#[test]
fn two_hundred_thousand_levels_are_one_message() {
    for text in
        ["a {\n".repeat(200_000), "a {\n".repeat(200_000) + &"}\n".repeat(200_000), "a{".repeat(200_000)]
    {
        let loaded = file(text);
        assert_eq!(loaded.codes(), ["load/too-deep"]);
        assert!(loaded.text().contains("blocks are nested more than 64 deep"), "{}", loaded.text());
    }
    let commented = "/* ".repeat(200_000);
    assert_eq!(file(commented).codes(), ["load/unclosed"]);
    assert_eq!(file("(".repeat(200_000)).codes().first(), Some(&"load/syntax"));
    assert!(file("a {".repeat(64) + &"}".repeat(64)).diagnostics.is_empty(), "64 are allowed");
}

#[test]
fn a_file_behind_what_is_too_deep_is_still_judged() {
    let text = "a {\n".repeat(70) + "b \"}\" #\"}\"# // }\n" + &"}\n".repeat(70) + "c 1x\n";
    assert_eq!(file(text).codes(), ["load/too-deep", "load/syntax"]);
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_without_being_read() {
    let fleet = tempfile::tempdir().unwrap();
    File::create(fleet.path().join("dump.kdl")).unwrap().set_len(100 << 20).unwrap();
    write(&fleet.path().join("a.kdl"), "a 1\n");
    let loaded = load(&Directory::new(fleet.path()));
    let expected = "error[load/too-large]: `dump.kdl` has 104857600 bytes, and 8388608 at most are read\n |\n \
                    = help: split it, or list it in `.tenantryignore` if it is none of the fleet's";
    assert_eq!(loaded.text(), expected);
    assert_eq!(loaded.sources.ids().count(), 1, "the other file is there");
    let big = file(vec![b'/'; usize::try_from(FILE_LIMIT).unwrap() + 1]);
    assert_eq!(big.codes(), ["load/too-large"]);
    assert!(file(vec![b'\n'; usize::try_from(FILE_LIMIT).unwrap()]).diagnostics.is_empty());
}

#[test]
fn duplicate_properties_are_all_kept_for_bind_to_refuse() {
    let mut sources = SourceMap::default();
    let id = sources.add("a.kdl", "a k=1 k=2 \"k\"=3\n");
    let (document, faults) = load::kdl::parse(id, sources.text(id));
    assert!(faults.is_empty());
    let kept: Vec<_> =
        document.nodes[0].props.iter().map(|(key, value)| (&*key.value, &value.scalar)).collect();
    assert_eq!(kept, [("k", &Scalar::Integer(1)), ("k", &Scalar::Integer(2)), ("k", &Scalar::Integer(3))]);
}

#[test]
fn hostile_names_arrive_as_they_are_and_print_harmlessly() {
    let names = [
        "\"quotes\"",
        "`ticks`",
        "{{ template }}",
        "../../etc/passwd",
        "'; DROP TABLE x; --",
        "$(reboot)",
        &"n".repeat(300),
    ];
    for name in names {
        let text = format!("tenant {}\n", quoted(name));
        let mut sources = SourceMap::default();
        let id = sources.add("a.kdl", text.as_str());
        let (document, faults) = load::kdl::parse(id, sources.text(id));
        assert!(faults.is_empty(), "{name}");
        assert_eq!(document.nodes[0].args[0].scalar, Scalar::String(name.into()));
    }
    let escaped = file("tenant \"\\u{1b}[31m\\u{202e}\" 1x\n");
    assert_eq!(escaped.codes(), ["load/syntax"]);
    assert!(escaped.text().contains("\\u{1b}[31m"));
    // The message quotes what was written.
    let long = file(format!("tenant {}x\n", "1".repeat(300)));
    assert_eq!(long.codes(), ["load/syntax"]);
    let _ = long.text();
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(unix)]
#[test]
fn hostile_file_names_print_harmlessly() {
    let fleet = tempfile::tempdir().unwrap();
    let names =
        ["\u{1b}[2J.kdl", "a\nb.kdl", "\u{202e}ldk.kdl", "{{x}}.kdl", "it's `here`.kdl", "sp ace.kdl"];
    for name in names {
        write(&fleet.path().join(name), "a 1x\n");
    }
    let loaded = load(&Directory::new(fleet.path()));
    assert_eq!(loaded.diagnostics.len(), names.len());
    let text = loaded.text();
    for shown in [
        "\\u{1b}[2J.kdl:1:3",
        "a\\nb.kdl:1:3",
        "\\u{202e}ldk.kdl:1:3",
        "{{x}}.kdl:1:3",
        "it's `here`.kdl:1:3",
    ] {
        assert!(text.contains(&format!("--> {shown}\n")), "{shown} is not in {text}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_name_that_is_not_utf8_is_an_error_and_not_left_out() {
    use std::os::unix::ffi::OsStrExt as _;
    let fleet = tempfile::tempdir().unwrap();
    File::create(fleet.path().join(std::ffi::OsStr::from_bytes(b"a\xFF.kdl"))).unwrap();
    let loaded = load(&Directory::new(fleet.path()));
    assert_eq!(loaded.codes(), ["load/no-directory"]);
    assert!(loaded.text().contains("its name is not UTF-8"), "{}", loaded.text());
}

#[test]
fn a_missing_directory_and_a_file_in_its_place_are_not_an_empty_fleet() {
    let fleet = tempfile::tempdir().unwrap();
    let missing = load(&Directory::new(fleet.path().join("nowhere")));
    assert_eq!(missing.codes(), ["load/no-directory"]);
    assert!(missing.text().contains("nowhere` does not exist"), "{}", missing.text());
    write(&fleet.path().join("a.kdl"), "a 1\n");
    let file = load(&Directory::new(fleet.path().join("a.kdl")));
    assert_eq!(file.codes(), ["load/no-directory"]);
    assert!(file.text().contains("a.kdl` is not a directory"), "{}", file.text());
}

#[test]
fn a_directory_without_fleet_files_is_refused() {
    let fleet = tempfile::tempdir().unwrap();
    write(&fleet.path().join("README.md"), "# hello\n");
    write(&fleet.path().join(".hidden/a.kdl"), "a 1\n");
    write(&fleet.path().join(".b.kdl"), "b 1\n");
    let loaded = load(&Directory::new(fleet.path()));
    assert_eq!(loaded.codes(), ["load/no-files"]);
    assert!(loaded.text().contains("has no fleet files"), "{}", loaded.text());
}

#[test]
fn gitignore_holds_without_a_repository_and_files_come_sorted() {
    let fleet = tempfile::tempdir().unwrap();
    let files = ["b.kdl", "a/z.kdl", "a.kdl", "a/skip/x.kdl", "old.kdl", "B.kdl", "note.txt", "a/c.yaml"];
    for path in files.into_iter().chain(["d.YML", "e.Kdl"]) {
        write(&fleet.path().join(path), "a 1\n");
    }
    write(&fleet.path().join(".gitignore"), "old.kdl\nskip/\n");
    let world = Directory::new(fleet.path());
    assert_eq!(world.files().unwrap(), ["B.kdl", "a.kdl", "a/c.yaml", "a/z.kdl", "b.kdl", "d.YML", "e.Kdl"]);
    // Nor does one above the fleet have a say when there is no repository around both.
    write(&fleet.path().join(".gitignore"), "*\n");
    assert_eq!(Directory::new(fleet.path().join("a")).files().unwrap(), ["c.yaml", "skip/x.kdl", "z.kdl"]);
    // Within a repository it has.
    fs::create_dir(fleet.path().join(".git")).unwrap();
    assert_eq!(Directory::new(fleet.path().join("a")).files().unwrap(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_fleet_and_errors_elsewhere() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(&outside.path().join("secret.kdl"), "secret 1\n");
    let fleet = tempfile::tempdir().unwrap();
    write(&fleet.path().join("..data/a.kdl"), "a 1\n");
    symlink("..data/a.kdl", fleet.path().join("a.kdl")).unwrap();
    assert_eq!(Directory::new(fleet.path()).files().unwrap(), ["a.kdl"], "as mounted configuration has it");
    for (target, why) in [
        (outside.path().join("secret.kdl"), "leads out of the fleet"),
        (outside.path().to_path_buf(), "a link to a directory"),
        (fleet.path().join("nothing.kdl"), "cannot be listed"),
    ] {
        let link = fleet.path().join("link.kdl");
        symlink(&target, &link).unwrap();
        let loaded = load(&Directory::new(fleet.path()));
        assert_eq!(loaded.codes(), ["load/no-directory"], "{why}");
        assert!(loaded.text().contains(why), "{}", loaded.text());
        fs::remove_file(link).unwrap();
    }
}

#[test]
fn a_secret_file_is_absolute_or_below_the_fleet_and_limited() {
    let fleet = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    write(&fleet.path().join("keys/fleet.key"), "near");
    write(&other.path().join("key"), "far");
    File::create(other.path().join("big")).unwrap().set_len(100 << 20).unwrap();
    let world = Directory::new(fleet.path());
    assert_eq!(world.secret_file("keys/fleet.key").unwrap(), b"near");
    assert_eq!(world.secret_file(other.path().join("key").to_str().unwrap()).unwrap(), b"far");
    let big = world.secret_file(other.path().join("big").to_str().unwrap());
    assert!(matches!(big, Err(WorldError::TooLarge { .. })), "{big:?}");
    assert!(matches!(world.secret_file("none"), Err(WorldError::Missing { .. })));
}

/// A disk that lists a file and then fails.
struct Failing;

impl World for Failing {
    fn root(&self) -> String {
        ".".to_owned()
    }
    fn files(&self) -> Result<Vec<String>, WorldError> {
        Ok(vec!["a.kdl".to_owned(), "b.kdl".to_owned(), "gone.kdl".to_owned()])
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        let path = path.to_owned();
        match path.as_str() {
            "a.kdl" => Ok(b"a 1\n".to_vec()),
            "b.kdl" => Err(WorldError::Io { path, source: std::io::Error::other("input/output error") }),
            _ => Err(WorldError::Missing { path }),
        }
    }
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn secret_file(&self, path: &str) -> Result<Vec<u8>, WorldError> {
        self.read(path)
    }
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_never_an_empty_file() {
    let loaded = load(&Failing);
    assert_eq!(loaded.codes(), ["load/unreadable", "load/unreadable"]);
    assert!(loaded.text().contains("`b.kdl` cannot be read: input/output error"), "{}", loaded.text());
    assert!(loaded.text().contains("`gone.kdl` went away while it was read"), "{}", loaded.text());
    assert_eq!(loaded.sources.ids().count(), 1);
}

#[test]
fn yaml_has_its_own_bad_characters_and_a_mark_may_begin_it() {
    assert!(load(&Memory::default().with("b.yml", "\u{feff}tenant:\n  globex: {}\n")).diagnostics.is_empty());
    let expected = r#"error[load/control-character]: the character U+0000 (NUL) may not stand in a file
 --> a.yaml:1:6
  |
1 | é: "a␀b"
  |      ^ here
  |
  = help: remove it; within double quotes it can be written as `\u0000`"#;
    assert_eq!(load(&Memory::default().with("a.yaml", "é: \"a\0b\"\n")).text(), expected);
    let feed = load(&Memory::default().with("a.yaml", "a: 1 # \u{c}\n"));
    assert_eq!(feed.codes(), ["load/control-character"]);
    let utf8 = load(&Memory::default().with("a.yml", b"a: \xE9\n".to_vec()));
    assert_eq!(utf8.codes(), ["load/not-utf8"]);
}

#[test]
fn many_files_are_read_side_by_side_and_stay_in_order() {
    let fleet = tempfile::tempdir().unwrap();
    for n in 0..200 {
        write(
            &fleet.path().join(format!("t/{n:03}.kdl")),
            &format!("tenant \"{n}\" {}\n", if n % 50 == 0 { "1x" } else { "" }),
        );
    }
    let mut diagnostics = Diagnostics::default();
    let sources = load::read(&Directory::new(fleet.path()), &mut diagnostics);
    let documents = load::parse(&sources, &mut diagnostics);
    let names: Vec<_> = documents.iter().map(|document| document.nodes[0].args[0].scalar.clone()).collect();
    let expected: Vec<_> = (0..200).map(|n| Scalar::String(n.to_string().into())).collect();
    assert_eq!(names, expected);
    let places: Vec<_> =
        diagnostics.sorted().iter().map(|d| sources.place(d.primary.as_ref().unwrap().span)).collect();
    assert_eq!(places, ["t/000.kdl:1", "t/050.kdl:1", "t/100.kdl:1", "t/150.kdl:1"]);
}
