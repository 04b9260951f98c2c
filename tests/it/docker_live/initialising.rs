//! The server that initialises an empty directory is not on the network yet, and is not what others wait for.

use super::bed::docker;

/// The image's own check, while the account that it logs in with is not made yet, and when it is made.
const CHECKED: &str = r#"
mariadb-install-db --user=root --auth-root-authentication-method=normal --skip-test-db >/dev/null
mariadbd --user=root --skip-networking 2>/dev/null &
until mariadb -uroot -e "SELECT 1" >/dev/null 2>&1; do sleep 0.1; done
printf '[mariadb-client]\nuser=healthcheck\npassword=x\n' >/var/lib/mysql/.my-healthcheck.cnf
healthcheck.sh --connect 2>&1 && echo "healthy"
mariadb -uroot -e "CREATE USER healthcheck@localhost IDENTIFIED BY 'x'"
healthcheck.sh --connect 2>&1 && echo "healthy"
healthcheck.sh --innodb_initialized --no-connect && echo "answers"
"#;

#[test]
#[ignore = "needs a Docker engine: run tests/run"]
fn the_server_that_initialises_is_not_healthy() {
    let said = docker(&["run", "--rm", "--entrypoint", "bash", "mariadb:10.11", "-c", CHECKED]);
    assert_eq!(said, "healthcheck connect failed\nhealthcheck connect failed\nanswers");
}
