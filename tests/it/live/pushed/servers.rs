//! The real ways to a repository: OpenSSH's server, and git's http-backend behind lighttpd.
#![expect(clippy::disallowed_methods, reason = "servers have files of configuration")]

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::live::fleet;

/// A server that ends with the test.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(command: &mut Command, port: u16) -> Daemon {
    let mut daemon = Daemon(command.stdin(Stdio::null()).spawn().unwrap());
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(daemon.0.try_wait().unwrap().is_none(), "{command:?} ended");
        assert!(began.elapsed() < Duration::from_secs(30), "{command:?} does not listen");
        std::thread::sleep(Duration::from_millis(20));
    }
    daemon
}

/// Both servers for the repositories below a directory.
pub struct Servers {
    root: PathBuf,
    ssh_port: u16,
    http_port: u16,
    _daemons: [Daemon; 2],
}

impl Servers {
    pub fn start(root: &Path) -> Self {
        let (ssh_port, http_port) = (fleet::free_port(), fleet::free_port());
        let daemons = [sshd(root, ssh_port), lighttpd(root, http_port)];
        Self { root: root.to_owned(), ssh_port, http_port, _daemons: daemons }
    }

    /// An address for `git push`, and what git needs to get there.
    pub fn ssh(&self, repository: &str) -> (String, String) {
        let (key, known) = (self.root.join("client_key"), self.root.join("known_hosts"));
        let command = format!(
            "ssh -F none -i {} -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={} -o LogLevel=ERROR",
            key.display(),
            known.display()
        );
        let user = if rustix_is_root() { "root" } else { "git" };
        (format!("ssh://{user}@127.0.0.1:{}{}/{repository}", self.ssh_port, self.root.display()), command)
    }

    /// The same by HTTP, as a user.
    pub fn http(&self, repository: &str, user: &str) -> String {
        format!("http://{user}:secret@127.0.0.1:{}/git/{repository}", self.http_port)
    }
}

fn rustix_is_root() -> bool {
    rustix::process::getuid().is_root()
}

fn key(path: &Path) {
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(path).status().unwrap();
    assert!(made.success());
}

fn sshd(root: &Path, port: u16) -> Daemon {
    key(&root.join("host_key"));
    key(&root.join("client_key"));
    fs::copy(root.join("client_key.pub"), root.join("authorized_keys")).unwrap();
    let at = root.display();
    let config = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {at}/host_key\nPidFile none\nAuthorizedKeysFile {at}/authorized_keys\n\
         StrictModes no\nUsePAM no\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
    );
    fs::write(root.join("sshd_config"), config).unwrap();
    let _ = fs::create_dir_all("/run/sshd");
    let mut command = Command::new("/usr/sbin/sshd");
    command.args(["-D", "-E"]).arg(root.join("sshd.log")).arg("-f").arg(root.join("sshd_config"));
    start(&mut command, port)
}

fn lighttpd(root: &Path, port: u16) -> Daemon {
    let output = Command::new("git").arg("--exec-path").output().unwrap();
    let backend = format!("{}/git-http-backend", String::from_utf8(output.stdout).unwrap().trim());
    let at = root.display();
    fs::write(root.join("users"), "ana:secret\nbruno:secret\n").unwrap();
    let config = format!(
        "server.modules = (\"mod_alias\", \"mod_setenv\", \"mod_auth\", \"mod_authn_file\", \"mod_cgi\")\n\
         server.document-root = \"{at}\"\nserver.bind = \"127.0.0.1\"\nserver.port = {port}\n\
         server.errorlog = \"{at}/lighttpd.log\"\nserver.stream-response-body = 1\n\
         alias.url = (\"/git\" => \"{backend}\")\n\
         auth.backend = \"plain\"\nauth.backend.plain.userfile = \"{at}/users\"\n\
         auth.require = (\"/git\" => (\"method\" => \"basic\", \"realm\" => \"git\", \"require\" => \"valid-user\"))\n\
         setenv.set-environment = (\"GIT_PROJECT_ROOT\" => \"{at}\", \"GIT_HTTP_EXPORT_ALL\" => \"1\")\n\
         cgi.assign = (\"\" => \"\")\n"
    );
    fs::write(root.join("lighttpd.conf"), config).unwrap();
    let mut command = Command::new("/usr/sbin/lighttpd");
    command.arg("-D").arg("-f").arg(root.join("lighttpd.conf"));
    start(&mut command, port)
}
