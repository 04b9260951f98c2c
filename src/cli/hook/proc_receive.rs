//! A push to `refs/for/<branch>` asks what it would do: the plan is shown, nothing is kept, nothing is applied, and the next
//! push, amended or not, is asked the same way. <https://git-scm.com/docs/githooks#proc-receive>

use std::io::{self, StdinLock, Write as _};

use super::{Here, Trouble, pre_receive};
use crate::cli::Exit;
use crate::gitops::{Packet, Update, read_packet, write_flush, write_packet};

pub(super) fn run(mut here: Here<'_>) -> Result<Exit, Trouble> {
    let mut stdin = io::stdin().lock();
    let hello = list(&mut stdin)?;
    let hello = hello.first().map(String::as_str).unwrap_or_default();
    let (version, features) = hello.split_once('\0').unwrap_or((hello, ""));
    if version != "version=1" {
        return Err(Trouble {
            message: format!(
                "git speaks `{}` with proc-receive; version=1 is understood",
                version.escape_debug()
            ),
            help: Some("use a git server of version 2.29 or later".to_owned()),
        });
    }
    let options = features.split(' ').any(|feature| feature == "push-options");
    let mut stdout = here.output.protocol();
    write_packet(&mut stdout, if options { b"version=1\0push-options".as_slice() } else { b"version=1" })?;
    write_flush(&mut stdout)?;
    let commands = list(&mut stdin)?;
    if options {
        // Here they are not in the environment.
        here.asked(&list(&mut stdin)?)?;
    }
    for update in commands.iter().filter_map(|line| Update::parse(line)) {
        let answer = match judge(&here, &update) {
            Ok(()) => format!("ok {}", update.reference),
            Err(trouble) => {
                if let Some(help) = &trouble.help {
                    here.output.note(format!("help: {help}"));
                }
                format!("ng {} {}", update.reference, trouble.message.replace(['\n', '\r'], " "))
            }
        };
        write_packet(&mut stdout, answer.as_bytes())?;
    }
    write_flush(&mut stdout)?;
    stdout.flush()?;
    // A refusal is said in the protocol; another exit code would be an error of the hook's.
    Ok(Exit::Done)
}

fn judge(here: &Here<'_>, update: &Update) -> Result<(), Trouble> {
    let branch = &here.settings.branch;
    if update.reference != format!("refs/for/{branch}") {
        return Err(Trouble {
            message: format!("`{branch}` is the branch that deploys"),
            help: Some(format!("to see a plan: git push origin HEAD:refs/for/{branch}")),
        });
    }
    if update.new.bytes().all(|byte| byte == b'0') {
        return Err("there is nothing to delete: what was pushed to refs/for is not kept".into());
    }
    let commit = here.repository.commit(&update.new)?;
    if !pre_receive::show(here, &commit.id, here.output)? {
        return Err("it would be refused".into());
    }
    here.output
        .note(format!("That is what {} would do. Nothing was applied, and nothing is kept.", commit.short()));
    here.output.note(format!("to deploy it: git push origin {}:{branch}", commit.short()));
    Ok(())
}

/// A list of packets, up to its end.
fn list(stdin: &mut StdinLock<'_>) -> Result<Vec<String>, Trouble> {
    let mut lines = Vec::new();
    while let Some(Packet::Data(bytes)) = read_packet(stdin)? {
        lines.push(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned());
    }
    Ok(lines)
}
