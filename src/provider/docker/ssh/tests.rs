//! Addresses: what ssh is told, and what never reaches it.

use super::target;

#[test]
fn addresses_are_taken_apart() {
    let plain = target("ssh://deploy@10.0.0.11").unwrap();
    assert_eq!((plain.destination.as_str(), plain.port), ("deploy@10.0.0.11", None));
    let port = target("ssh://deploy@host:2222/").unwrap();
    assert_eq!((port.destination.as_str(), port.port), ("deploy@host", Some(2222)));
    let six = target("ssh://root@[::1]").unwrap();
    assert_eq!((six.destination.as_str(), six.port), ("root@::1", None));
}

#[test]
fn options_in_disguise_are_refused() {
    for bad in
        ["ssh://", "ssh://-oProxyCommand=x", "ssh://a b", "ssh://host/var/run/docker.sock", "ssh://host:x"]
    {
        assert!(target(bad).is_err(), "{bad}");
    }
}

/// Stands in for ssh: it drops the options and the host, and runs the command here.
const SSH: &str = "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift 2\nexec \"$@\"\n";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a Docker engine: run tests/run"]
async fn an_engine_answers_through_the_tunnel() {
    use std::os::unix::fs::PermissionsExt as _;

    let directory = tempfile::tempdir().unwrap();
    let program = directory.path().join("ssh");
    // Written through another process: one of ours that forks meanwhile would hold it open, and it could not be run.
    let path = program.display().to_string();
    let status =
        std::process::Command::new("sh").args(["-c", "printf %s \"$1\" >\"$2\"", "sh", SSH, &path]).status();
    assert!(status.unwrap().success());
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let tunnel = super::Tunnel::open("ssh://nobody@nowhere", &path).unwrap();
    let mode = std::fs::metadata(&tunnel.directory).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "nobody else may reach the socket");
    let docker =
        bollard::Docker::connect_with_unix(&tunnel.address(), 20, bollard::API_DEFAULT_VERSION).unwrap();
    let all = futures_util::future::join_all((0..4).map(|_| docker.version())).await;
    assert!(all.into_iter().all(|version| version.unwrap().api_version.is_some()));
    let directory = tunnel.directory.clone();
    drop(tunnel);
    assert!(!directory.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ssh_says_is_the_reason() {
    let tunnel = super::Tunnel::open("ssh://nobody@nowhere", "no-such-ssh-program").unwrap();
    let docker =
        bollard::Docker::connect_with_unix(&tunnel.address(), 20, bollard::API_DEFAULT_VERSION).unwrap();
    assert!(docker.version().await.is_err());
    let error = tunnel.complaint("reach it").unwrap();
    assert!(error.message.contains("no-such-ssh-program"), "{error}");
}
