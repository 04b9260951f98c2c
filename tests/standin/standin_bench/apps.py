"""Apps on a site: `install-app`, `uninstall-app`, `remove-from-installed-apps`, `list-apps`."""

import getpass
import importlib
import json
import os
import sys
import traceback

from standin_bench import config, database, major, pace, passwords, redis, tables
from standin_bench.lock import filelock
from standin_bench.options import Options

# Seconds at pace 1, beside ERPNext's.
SMALL, LARGE = 0.3, 1.0


def versions(names: list[str]) -> dict[str, str]:
    return {name: importlib.import_module(name).__version__ for name in names}


def hooks(app: str):
    return importlib.import_module(f"{app}.hooks")


def install(site: str, conf: dict, connection, app: str, force: bool = False, admin_password=None) -> None:
    """Lists the app before its `after_install`: when that fails the app is installed for everybody who asks."""
    if app not in config.all_apps():
        # The real one asks GitHub for it first.
        importlib.import_module(app)
        raise Exception(f"App {app} not in apps.txt")
    of = hooks(app)
    for required in getattr(of, "required_apps", []):
        install(site, conf, connection, required)
    listed = tables.installed(connection)
    if app in listed and not force:
        print(f"App {app} already installed")
        return
    print(f"\nInstalling {app}...", flush=True)
    pace.step(f"install:{app}:begin")
    tables.create(connection, app)
    pace.spend((LARGE if app == "erpnext" else SMALL) / 2)
    if app in (pace.switch("fail-install") or []):
        connection.rollback()
        raise Exception(f"{app}: a DocType cannot be synchronised")
    pace.step(f"install:{app}:tables")
    if app != "frappe":
        _module(connection, app, force)
    # Long enough for the connection to be killed below it.
    database.run(connection, "DO SLEEP(%s)", pace.scaled((LARGE if app == "erpnext" else SMALL) / 2))
    if app not in tables.installed(connection):
        tables.set_installed(connection, tables.installed(connection) + [app])
    if major() >= 16:
        tables.record_versions(connection, versions(tables.installed(connection)))
    connection.commit()
    pace.step(f"install:{app}:listed")
    for patch in range(3):
        database.run(
            connection,
            "INSERT IGNORE INTO `tabPatch Log` (name, creation, patch) VALUES (%s, NOW(6), %s)",
            f"{app}-{patch}",
            f"{app}.patches.p{patch}",
        )
    if app == "frappe":
        _after_frappe(connection, conf, admin_password)
    if app in (pace.switch("fail-after-install") or []):
        raise Exception(f"{app}: after_install failed")
    if after := getattr(of, "after_install", None):
        module, _, function = after.rpartition(".")
        getattr(importlib.import_module(module), function)(site)
    connection.commit()
    redis.clear_cache(conf)
    pace.step(f"install:{app}:end")


def _module(connection, app: str, force: bool) -> None:
    """What stays behind of an installation that is killed half-way, and makes the next plain one fail for ever."""
    if database.run(connection, "SELECT name FROM `tabModule Def` WHERE name = %s", app) and not force:
        raise Exception(f"frappe.exceptions.DuplicateEntryError: ('Module Def', '{app}', (1062, \"Duplicate entry\"))")
    database.run(connection, "INSERT IGNORE INTO `tabModule Def` (name, creation) VALUES (%s, NOW(6))", app)
    connection.commit()


def _after_frappe(connection, conf: dict, admin_password: str | None) -> None:
    for user, kind in (("Administrator", "System User"), ("Guest", "Website User")):
        database.run(
            connection,
            "INSERT IGNORE INTO tabUser (name, creation, enabled, email, first_name, user_type)"
            " VALUES (%s, NOW(6), 1, %s, %s, %s)",
            user,
            "admin@example.com" if user == "Administrator" else "guest@example.com",
            user,
            kind,
        )
    database.set_single(connection, "setup_complete", 0)
    database.set_single(connection, "time_zone", "Etc/UTC")
    connection.commit()
    pace.step("new-site:users")
    password = conf.get("admin_password") or admin_password
    while not password:
        password = getpass.getpass("Set Administrator password: ")
        if password != getpass.getpass("Re-enter Administrator password: "):
            print("\nPasswords do not match")
            password = None
    passwords.update(connection, "Administrator", password)
    connection.commit()
    pace.step("new-site:administrator")
    for method in ("all", "hourly", "daily"):
        database.run(
            connection,
            "INSERT IGNORE INTO `tabScheduled Job Type` (name, creation, method, frequency) VALUES (%s, NOW(6), %s, %s)",
            f"queue.{method}",
            f"frappe.email.queue.{method}",
            method.title(),
        )


def install_app(sites: list[str], words: list[str]) -> None:
    options = Options("install-app", words, ["--force"], arguments=["*?"])
    failed = False
    for site in sites:
        conf = config.demand_site(site)
        connection = database.connect(conf)
        with filelock("install_app", os.path.join(site, "locks"), timeout=1):
            for app in options.rest:
                try:
                    redis.demand(conf)
                    install(site, conf, connection, app, "--force" in options)
                    redis.enqueue(conf, "long", json.dumps({"site": site, "method": "build_index"}))
                except Exception as error:
                    print(f"An error occurred while installing {app}: {error}")
                    traceback.print_exc(file=sys.stdout)
                    failed = True
        connection.close()
    sys.exit(1 if failed else 0)


def uninstall_app(sites: list[str], words: list[str]) -> None:
    flags = ["--yes|-y", "--no-backup", "--dry-run", "--force"]
    options = Options("uninstall-app", words, flags, arguments=["app"])
    app = options.rest[0]
    for site in sites:
        connection = database.connect(config.demand_site(site))
        with filelock("uninstall_app", os.path.join(site, "locks"), timeout=30):
            if app == "frappe":
                raise Exception("frappe cannot be uninstalled")
            of = hooks(app)
            listed = tables.installed(connection)
            if app not in listed and "--force" not in options:
                print(f"App {app} not installed on Site {site}")
                continue
            needed_by = [name for name in listed if app in getattr(hooks(name), "required_apps", [])]
            if needed_by:
                print(f"App {app} is a dependency of {needed_by[0]}. Uninstall {needed_by[0]} first.")
                continue
            if "--yes" not in options and input("Are you sure you want to continue? [y/N]: ") != "y":
                continue
            print(f"Uninstalling App {app} from Site {site}...")
            pace.spend(0.2)
            tables.drop(connection, of.__name__.split(".")[0])
            database.run(connection, "DELETE FROM `tabModule Def` WHERE name = %s", app)
            tables.set_installed(connection, [name for name in listed if name != app])
            connection.commit()
            print(f"Uninstalled App {app} from Site {site}")


def remove_from_installed_apps(sites: list[str], words: list[str]) -> None:
    options = Options("remove-from-installed-apps", words, arguments=["app"])
    for site in sites:
        connection = database.connect(config.demand_site(site))
        listed = tables.installed(connection)
        tables.set_installed(connection, [name for name in listed if name != options.rest[0]])
        connection.commit()


def list_apps(sites: list[str], words: list[str]) -> None:
    options = Options("list-apps", words, values=["--format|-f"])
    summary = {}
    for site in sites:
        connection = database.connect(config.demand_site(site))
        # Frappe 15 fills this table at the first migration: until then the JSON says that there are none.
        sql = "SELECT app_name, app_version, git_branch FROM `tabInstalled Application` ORDER BY idx"
        rows = database.run(connection, sql)
        summary[site] = [row[0] for row in rows]
        if options.get("--format", "text") == "text":
            print("\n".join(" ".join(row) for row in rows) or "\n".join(tables.installed(connection)))
    if options.get("--format") == "json":
        print(json.dumps(summary, indent=1))
