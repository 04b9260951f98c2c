//! Arguments, the real world, run, exit code.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use tenantry::cli::{self, Setting};

/// A compile of a large fleet makes millions of small objects; this allocator is made for that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let setting = setting();
    match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => ExitCode::from(runtime.block_on(cli::run(&setting)) as u8),
        Err(_) => ExitCode::FAILURE,
    }
}

/// Everything that a run may know of the environment.
fn setting() -> Setting {
    let no_color = variable("NO_COLOR").is_some();
    let forced = variable("FORCE_COLOR").is_some() || variable("CLICOLOR_FORCE").is_some();
    let terminal = std::io::stdout().is_terminal();
    let dumb = variable("TERM").is_some_and(|term| term == "dumb");
    let user = variable("USER")
        .or_else(|| variable("LOGNAME"))
        .unwrap_or_else(|| format!("uid-{}", rustix::process::getuid().as_raw()));
    let kept = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ"];
    let options = variable("GIT_PUSH_OPTION_COUNT").and_then(|count| count.parse().ok()).unwrap_or(0_u32);
    Setting {
        arguments: std::env::args_os().collect(),
        color: !no_color && (forced || (terminal && !dumb)),
        terminal,
        live: std::io::stderr().is_terminal() && !dumb && variable("TERM").is_some(),
        interactive: std::io::stdin().is_terminal(),
        state: state(),
        outlives_terminal: ignores_hangup(),
        docker_host: variable("DOCKER_HOST"),
        who: format!("{user}@{}", machine()),
        boot: kernel("random/boot_id").unwrap_or_default(),
        kept: kept.iter().filter_map(|name| Some(((*name).to_owned(), variable(name)?))).collect(),
        pusher: variable("REMOTE_USER").or_else(|| variable("GL_USER")).unwrap_or_else(|| user.clone()),
        push_options: (0..options).filter_map(|n| variable(&format!("GIT_PUSH_OPTION_{n}"))).collect(),
        quarantine: variable("GIT_QUARANTINE_PATH").map(PathBuf::from),
        kill: variable("TENANTRY_TEST_KILL"),
    }
}

/// Where state is kept. A relative path would lie in whatever directory the command is run in, which is the fleet's.
fn state() -> Result<PathBuf, String> {
    let (name, below) =
        if variable("XDG_STATE_HOME").is_some() { ("XDG_STATE_HOME", "") } else { ("HOME", ".local/state") };
    let advice = "set XDG_STATE_HOME to a directory of your own";
    let Some(path) = variable(name).map(PathBuf::from) else {
        return Err(format!(
            "neither XDG_STATE_HOME nor HOME is set, so there is no place for journals and sandboxes; {advice}"
        ));
    };
    if path.is_relative() {
        let path = path.display();
        return Err(format!("{name} is `{path}`, which is no absolute path; {advice}"));
    }
    Ok(path.join(below).join("tenantry"))
}

/// Whether whoever started us wants the run to outlive its terminal, as `nohup` does.
#[expect(clippy::disallowed_methods, reason = "how a process was started is part of its environment")]
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit is signal 1, SIGHUP.
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// A variable that is set to something.
#[expect(clippy::disallowed_methods, reason = "the one place where the command line reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn machine() -> String {
    kernel("hostname").or_else(|| variable("HOSTNAME")).unwrap_or_else(|| "localhost".to_owned())
}

/// What the kernel says of itself.
#[expect(clippy::disallowed_methods, reason = "the machine is part of the environment")]
fn kernel(name: &str) -> Option<String> {
    std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok().map(|text| text.trim().to_owned())
}
