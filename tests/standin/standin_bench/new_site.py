"""`bench new-site`: in the real order, so that one that is killed leaves what a killed real one leaves."""

import getpass
import os
import shlex
import subprocess
import sys

from standin_bench import apps, config, database, major, pace
from standin_bench.lock import filelock
from standin_bench.options import Options

FLAGS = ["--verbose", "--force", "--set-default", "--setup-db", "--no-setup-db", "--no-mariadb-socket"]
VALUES = [
    "--db-name",
    "--db-password",
    "--db-type",
    "--db-host",
    "--db-port",
    "--db-root-username|--mariadb-root-username",
    "--db-root-password|--mariadb-root-password",
    "--db-socket|--mariadb-db-socket",
    "--mariadb-user-host-login-scope",
    "--admin-password",
    "--source-sql|--source_sql",
]

# Tables of framework.sql.
FRAMEWORK = 5


def new_site(words: list[str]) -> None:
    values = VALUES + ["--db-user"] if major() >= 16 else VALUES
    options = Options("new-site", words, FLAGS, values, ["--install-app"], ["site"])
    site = options.rest[0]
    if major() >= 16 and site in config.all_apps():
        print(f"Your bench has an app called {site}, please choose another name for the site.")
        sys.exit(1)
    if os.path.exists(site) and "--force" not in options:
        print(f"Site {site} already exists")
        sys.exit(1)

    pace.spend(0.1)
    pace.step("new-site:begin")
    for directory in ("public/files", "private/backups", "private/files", "locks", "logs"):
        os.makedirs(os.path.join(site, directory), exist_ok=True)
    pace.step("new-site:directories")

    with filelock("bench_new_site", os.path.join(site, "locks"), 1):
        conf = _write_config(site, options)
        pace.step("new-site:config")
        if "--no-setup-db" not in options:
            _set_up_database(conf, options)
        # A wrong password ends here, and the directory stays.
        connection = database.connect(conf)
        # What a killed one leaves beyond the first tables, the real one cannot begin on again.
        if len(database.run(connection, "SHOW TABLES")) > FRAMEWORK:
            raise Exception("pymysql.err.InternalError: Packet sequence number wrong - got 3 expected 1")
        connection.close()
        _restore(conf, options.get("--source-sql") or os.path.join(os.path.dirname(__file__), "framework.sql"))
        pace.step("new-site:bootstrap")
        connection = database.connect(conf)
        for name in ("__global_search", "__UserSettings"):
            engine = "MyISAM" if name == "__global_search" else "InnoDB"
            database.run(
                connection,
                f"CREATE TABLE IF NOT EXISTS `{name}` (`doctype` varchar(100), `name` varchar(140)) ENGINE={engine}",
            )
        apps.install(site, conf, connection, "frappe", admin_password=options.get("--admin-password"))
        for app in options.many["--install-app"]:
            apps.install(site, conf, connection, app)
        database.set_single(connection, "enable_scheduler", 0)
        connection.commit()
        pace.step("new-site:scheduler")
    print("*** Scheduler is disabled ***")
    if "--set-default" in options:
        config.update("common_site_config.json", "default_site", site)


def _write_config(site: str, options: Options) -> dict:
    path = os.path.join(site, "site_config.json")
    # One that is there is kept, whatever the options say.
    if not os.path.exists(path):
        name = options.get("--db-name") or "_" + config.random_string(16).lower()
        values = {
            "db_name": name,
            "db_password": options.get("--db-password") or config.random_string(16),
            "db_type": options.get("--db-type") or "mariadb",
        }
        if major() >= 16:
            values["db_user"] = options.get("--db-user") or name
        for key in ("db-host", "db-port"):
            if value := options.get("--" + key):
                values[key.replace("-", "_")] = value
        config.write(path, values)
    return config.of_site(site)


def _set_up_database(conf: dict, options: Options) -> None:
    password = options.get("--db-root-password") or conf.get("root_password")
    password = password or getpass.getpass("MySQL root password: ")
    root = database.connect_root(conf, options.get("--db-root-username") or "root", password)
    name, user = conf["db_name"], database.account(conf)
    if database.run(root, "SHOW DATABASES LIKE %s", name) and "--force" not in options:
        raise Exception(f"Database {name} already exists")
    here = database.run(root, "SELECT SUBSTRING_INDEX(USER(), '@', -1)")[0][0]
    scope = options.get("--mariadb-user-host-login-scope") or ("%" if "--no-mariadb-socket" in options else here)
    existing = "IF NOT EXISTS " if major() >= 16 else ""
    database.run(root, f"DROP DATABASE IF EXISTS `{name}`")
    database.run(root, f"CREATE USER {existing}%s@%s IDENTIFIED BY %s", user, scope, conf["db_password"])
    database.run(root, f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
    database.run(root, f"GRANT ALL PRIVILEGES ON `{name}`.* TO %s@%s", user, scope)
    database.run(root, "FLUSH PRIVILEGES")
    root.close()


def _restore(conf: dict, source: str) -> None:
    """By the client, whose arguments everybody on the machine can read."""
    client = shlex.join(
        [
            "mariadb",
            f"--user={database.account(conf)}",
            f"--host={conf['db_host']}",
            f"--port={conf['db_port']}",
            f"--password={conf['db_password']}",
            conf["db_name"],
        ]
    )
    subprocess.run(["bash", "-c", f"set -o pipefail; cat {shlex.quote(source)} | {client}"], check=True)
