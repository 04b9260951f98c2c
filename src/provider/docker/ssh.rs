//! An engine behind ssh: a private socket here, and for each connection to it one `docker system dial-stdio` there.
//!
//! The user's own ssh does the work, so that their keys, agent, jump hosts and known hosts count. The connections
//! share one ssh session. Whoever can open the socket is root on the other side: it lies in a directory of our own.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::Command;
use tokio::task::JoinHandle;

use crate::provider::{Error, ErrorKind};

/// The most of ssh's complaints that is kept.
const COMPLAINT: usize = 2000;

/// A socket that leads to an engine on another machine, for as long as this lives.
#[derive(Debug)]
pub(super) struct Tunnel {
    directory: PathBuf,
    accepting: JoinHandle<()>,
    complaint: Arc<Mutex<String>>,
}

impl Tunnel {
    /// Opens the socket; nothing is sent before somebody connects. `program` is ssh.
    pub(super) fn open(at: &str, program: &str) -> Result<Self, Error> {
        let target = target(at)?;
        let directory = private_directory().map_err(|e| {
            Error::new(ErrorKind::Other, format!("reach {at}: cannot make a directory for its socket: {e}"))
        })?;
        let listener = UnixListener::bind(directory.join("engine.sock"))
            .map_err(|e| Error::new(ErrorKind::Other, format!("reach {at}: cannot open its socket: {e}")))?;
        let complaint = Arc::<Mutex<String>>::default();
        let arguments = arguments(&directory, &target);
        let accepting = tokio::spawn(accept(listener, program.to_owned(), arguments, Arc::clone(&complaint)));
        Ok(Self { directory, accepting, complaint })
    }

    /// The socket, as an engine's address.
    pub(super) fn address(&self) -> String {
        format!("unix://{}", self.directory.join("engine.sock").display())
    }

    /// What ssh said last, if anything.
    pub(super) fn complaint(&self, what: &str) -> Option<Error> {
        let text = self.complaint.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let said = text.lines().rfind(|line| !line.trim().is_empty())?.trim().to_owned();
        let denied = said.contains("Permission denied") || said.contains("Host key verification failed");
        let kind = if denied { ErrorKind::Denied } else { ErrorKind::Unreachable };
        Some(Error::new(kind, format!("{what}: {said}")).advise(
            "`ssh <host> docker version` must work without a question asked, with a Docker client on that host",
        ))
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.accepting.abort();
        // The shared session ends by itself a minute later; a directory left behind does no harm.
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

struct Target {
    destination: String,
    port: Option<u16>,
}

fn target(at: &str) -> Result<Target, Error> {
    let bad = || {
        Error::new(ErrorKind::Invalid, format!("{at} is no ssh address"))
            .advise("write `ssh://user@host` or `ssh://user@host:22`")
    };
    let rest = at.strip_prefix("ssh://").ok_or_else(bad)?.trim_end_matches('/');
    let (destination, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port.parse().map_err(|_| bad())?)),
        _ => (rest, None),
    };
    if destination.is_empty() || destination.starts_with('-') || destination.contains(['/', ' ']) {
        return Err(bad());
    }
    Ok(Target { destination: destination.replace(['[', ']'], ""), port })
}

fn arguments(directory: &Path, target: &Target) -> Vec<String> {
    let control = format!("ControlPath={}", directory.join("ssh").display());
    let options = [
        "BatchMode=yes",
        "ConnectTimeout=5",
        "ServerAliveInterval=15",
        "ControlMaster=auto",
        "ControlPersist=60",
        &control,
    ];
    let mut arguments: Vec<String> =
        options.iter().flat_map(|option| ["-o".to_owned(), (*option).to_owned()]).collect();
    if let Some(port) = target.port {
        arguments.extend(["-p".to_owned(), port.to_string()]);
    }
    arguments.extend(["--", &target.destination, "docker", "system", "dial-stdio"].map(str::to_owned));
    arguments
}

fn private_directory() -> std::io::Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tenantry-{}-{number}", std::process::id()));
        match std::fs::DirBuilder::new().mode(0o700).create(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && number < 1000 => {}
            Err(error) => return Err(error),
        }
    }
}

async fn accept(
    listener: UnixListener,
    program: String,
    arguments: Vec<String>,
    complaint: Arc<Mutex<String>>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        let (program, arguments, complaint) = (program.clone(), arguments.clone(), Arc::clone(&complaint));
        tokio::spawn(async move {
            carry(stream, &program, &arguments, &complaint).await;
        });
    }
}

/// Carries one connection until the other side ends it.
async fn carry(stream: UnixStream, program: &str, arguments: &[String], complaint: &Arc<Mutex<String>>) {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            // Before the connection ends with `stream`: whoever waits for it asks why.
            *complaint.lock().unwrap_or_else(PoisonError::into_inner) = format!("{program}: {error}");
            return;
        }
    };
    let (Some(mut stdin), Some(mut stdout), Some(mut stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return;
    };
    let (mut read, mut write) = stream.into_split();
    let up = async move {
        let _ = tokio::io::copy(&mut read, &mut stdin).await;
        // Dropping it here closes the engine's side of this direction only.
        drop(stdin);
        std::future::pending::<()>().await;
    };
    let down = async {
        let _ = tokio::io::copy(&mut stdout, &mut write).await;
        let _ = write.shutdown().await;
    };
    let listen = async {
        let mut buffer = [0; 512];
        while let Ok(count) = stderr.read(&mut buffer).await {
            if count == 0 {
                break;
            }
            let mut text = complaint.lock().unwrap_or_else(PoisonError::into_inner);
            if text.len() < COMPLAINT {
                text.push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        }
        // The shared session may hold it open, or close it early: neither ends the connection.
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = up => {}
        () = down => {}
        () = listen => {}
    }
}

#[cfg(test)]
mod tests;
