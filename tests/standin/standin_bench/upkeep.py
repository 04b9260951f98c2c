"""`migrate`, `ready-for-migration`, `backup`, `restore` and `drop-site`."""

import getpass
import gzip
import json
import os
import shutil
import subprocess
import sys
import time

from standin_bench import apps, config, database, pace, redis, tables
from standin_bench.lock import filelock
from standin_bench.options import Options


def migrate(sites: list[str], words: list[str]) -> None:
    Options("migrate", words, ["--skip-failing", "--skip-search-index", "--skip-fixtures"])
    for site in sites:
        conf = config.demand_site(site)
        print(f"Migrating {site}")
        with filelock("bench_migrate", os.path.join(site, "locks"), timeout=1):
            redis.demand(conf)
            connection = database.connect(conf)
            with open(os.path.join(site, "touched_tables.json"), "w") as file:
                json.dump(["tabDocType", "tabInstalled Application"], file)
            pace.step("migrate:begin")
            listed = tables.installed(connection)
            for app in listed:
                tables.create(connection, app)
                pace.spend(0.2)
            if pace.switch("fail-migrate") is not None:
                raise Exception("a patch failed")
            tables.record_versions(connection, apps.versions(listed))
            connection.commit()
            redis.enqueue(conf, "long", json.dumps({"site": site, "method": "build_index"}))


def ready_for_migration(sites: list[str], words: list[str]) -> None:
    Options("ready-for-migration", words)
    for site in sites:
        conf = config.demand_site(site)
        server = redis.Redis(conf["redis_queue"])
        pending = [
            job
            for queue in ("short", "default", "long")
            for job in server.ask("LRANGE", redis.queue_name(queue), 0, -1)
            if json.loads(job)["site"] == site
        ]
        if pending:
            print(f"NOT READY for migration: site {site} has pending background jobs")
            sys.exit(1)


def backup(sites: list[str], words: list[str]) -> None:
    options = Options("backup", words, ["--with-files", "--compress", "--verbose"], ["--backup-path"])
    failed = False
    for site in sites:
        try:
            _back_up(site, options)
        except Exception as error:
            print(f"Backup failed for Site {site}. Database or site_config.json may be corrupted: {error}")
            failed = True
    sys.exit(1 if failed else 0)


def _back_up(site: str, options: Options) -> None:
    conf = config.demand_site(site)
    stamp = time.strftime("%Y%m%d_%H%M%S") + "-" + site.replace(".", "_")
    directory = options.get("--backup-path") or os.path.join(site, "private", "backups")
    os.makedirs(directory, exist_ok=True)
    connection = database.connect(conf)
    lines = ["-- begin frappe metadata", f"-- [frappe] version={apps.versions(['frappe'])['frappe']}"]
    for (table,) in database.run(connection, "SHOW TABLES"):
        lines.append(database.run(connection, f"SHOW CREATE TABLE `{table}`")[0][1] + ";")
        for row in database.run(connection, f"SELECT * FROM `{table}`"):
            lines.append(f"INSERT INTO `{table}` VALUES {connection.literal(row)};")
    path = os.path.join(directory, stamp)
    with gzip.open(path + "-database.sql.gz", "wt") as file:
        file.write("\n".join(lines) + "\n")
    config.write(path + "-site_config_backup.json", config.read(os.path.join(site, "site_config.json")))
    if "--with-files" in options:
        for name, of in (("files.tar", "public/files"), ("private-files.tar", "private/files")):
            subprocess.run(["tar", "-cf", f"{path}-{name}", "-C", site, of], check=True)
    print(f"Backup Summary for {site}\nDatabase: {path}-database.sql.gz")


ROOT = [
    "--db-root-username|--root-login|--mariadb-root-username",
    "--db-root-password|--root-password|--mariadb-root-password",
]


def restore(sites: list[str], words: list[str]) -> None:
    """Drops and makes the database first. The account is made at the address that is asked from, whatever others it has, and
    `--admin-password` has no effect."""
    values = [*ROOT, "--with-public-files", "--with-private-files", "--admin-password", "--encryption-key"]
    options = Options("restore", words, ["--force", "--verbose"], values, arguments=["file"])
    for site in sites:
        conf = config.demand_site(site)
        with gzip.open(options.rest[0], "rt") as file:
            dump = file.read()
        if "__Auth" not in dump:
            print("Database file provided is partial or invalid")
            sys.exit(1)
        password = options.get("--db-root-password") or getpass.getpass("MySQL root password: ")
        root = database.connect_root(conf, options.get("--db-root-username") or "root", password)
        name, user = conf["db_name"], database.account(conf)
        here = database.run(root, "SELECT SUBSTRING_INDEX(USER(), '@', -1)")[0][0]
        database.run(root, f"DROP DATABASE IF EXISTS `{name}`")
        database.run(root, "DROP USER IF EXISTS %s@%s", user, here)
        database.run(root, "CREATE USER %s@%s IDENTIFIED BY %s", user, here, conf["db_password"])
        database.run(root, f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
        database.run(root, f"GRANT ALL PRIVILEGES ON `{name}`.* TO %s@%s", user, here)
        client = ["mariadb", f"--user={user}", f"--host={conf['db_host']}", f"--port={conf['db_port']}"]
        subprocess.run([*client, f"--password={conf['db_password']}", name], input=dump.encode(), check=True)
        print(f"Site {site} has been restored")


def drop_site(words: list[str]) -> None:
    values = [*ROOT, "--archived-sites-path"]
    options = Options("drop-site", words, ["--no-backup", "--force"], values, arguments=["site"])
    site = options.rest[0]
    conf = config.demand_site(site)
    # What waits in the queue is executed although the site is gone, and makes its directory again.
    redis.enqueue(conf, "long", json.dumps({"site": site, "method": "build_index", "after": pace.scaled(1)}))
    try:
        if "--no-backup" not in options:
            _back_up(site, Options("backup", []))
    except Exception as error:
        if "--force" not in options:
            print(f"Error: The operation has stopped because backup of {site}'s database failed.\nReason: {error}")
            sys.exit(1)
    password = options.get("--db-root-password") or getpass.getpass("MySQL root password: ")
    root = database.connect_root(conf, options.get("--db-root-username") or "root", password)
    user = database.account(conf)
    # Without any limit of time: an open transaction of the site's holds it up for ever.
    database.run(root, f"DROP DATABASE IF EXISTS `{conf['db_name']}`")
    here = database.run(root, "SELECT SUBSTRING_INDEX(USER(), '@', -1)")[0][0]
    for host in ("%", here):
        database.run(root, "DROP USER IF EXISTS %s@%s", user, host)
    archive = options.get("--archived-sites-path") or os.path.join(config.BENCH, "archived", "sites")
    os.makedirs(archive, exist_ok=True)
    target = os.path.join(archive, site)
    while os.path.exists(target):
        target += "1"
    shutil.move(site, target)
