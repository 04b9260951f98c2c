"""Commands that change one thing of a site: its configuration, its administrator's password, its scheduler."""

import ast
import getpass
import importlib
import json
import os
import sys

from standin_bench import config, database, login_link, pace, passwords, redis, tables
from standin_bench.options import Options


def set_config(sites: list[str], words: list[str]) -> None:
    options = Options("set-config", words, ["--global|-g", "--parse|-p"], arguments=["key", "value"])
    key, value = options.rest
    paths = [os.path.join(site, "site_config.json") for site in sites]
    for path in ["common_site_config.json"] if "--global" in options else paths:
        if path != "common_site_config.json":
            config.demand_site(os.path.dirname(path))
        config.update(path, key, value, "--parse" in options)


def show_config(sites: list[str], words: list[str]) -> None:
    options = Options("show-config", words, values=["--format|-f"])
    shown = {site: config.demand_site(site) for site in sites}
    if options.get("--format") == "json":
        print(json.dumps(shown))
        return
    for conf in shown.values():
        for key, value in sorted(conf.items()):
            print(f"{key}\t{value}")


def set_maintenance_mode(sites: list[str], words: list[str]) -> None:
    options = Options("set-maintenance-mode", words, arguments=["state"])
    for site in sites:
        config.demand_site(site)
        path = os.path.join(site, "site_config.json")
        on = options.rest[0] == "on"
        config.update(path, "maintenance_mode", int(on), False)
        config.update(path, "pause_scheduler", int(on), False)


def set_admin_password(sites: list[str], words: list[str]) -> None:
    options = Options("set-admin-password", words, ["--logout-all-sessions"], arguments=["admin-password?"])
    for site in sites:
        conf = config.demand_site(site)
        password = options.argument(0)
        while not password:
            password = getpass.getpass(f"Administrator's password for {site}: ")
        connection = database.connect(conf)
        if not database.run(connection, "SELECT name FROM tabUser WHERE name='Administrator'"):
            print("User Administrator does not exist")
            sys.exit(1)
        pace.step("set-admin-password")
        passwords.update(connection, "Administrator", password)
        if "--logout-all-sessions" in options:
            database.run(connection, "DELETE FROM tabSessions WHERE user='Administrator'")
        connection.commit()


def scheduler(sites: list[str], words: list[str]) -> None:
    options = Options("scheduler", words, ["--verbose|-v"], ["--format|-f", "--site"], arguments=["state"])
    state = options.rest[0]
    if state not in ("pause", "resume", "disable", "enable", "status"):
        options.fail(f"Invalid value for '{{pause|resume|disable|enable|status}}': '{state}'")
    for site in [options.get("--site")] if options.get("--site") else sites:
        conf = config.demand_site(site)
        said = state + "d"
        if state in ("pause", "resume"):
            config.update(os.path.join(site, "site_config.json"), "pause_scheduler", state == "pause")
        else:
            connection = database.connect(conf)
            if state == "status":
                on = database.single(connection, "enable_scheduler") == "1"
                stopped = any(conf.get(key) for key in ("maintenance_mode", "pause_scheduler", "disable_scheduler"))
                said = "enabled" if on and not stopped else "disabled"
            else:
                database.set_single(connection, "enable_scheduler", int(state == "enable"))
                connection.commit()
        text = "Scheduler is {status} for site {site}"
        if options.get("--format") == "json":
            text = '{{"status": "{status}", "site": "{site}"}}'
        print(text.format(status=said, site=site))


def enable_scheduler(sites: list[str], words: list[str]) -> None:
    Options("enable-scheduler", words)
    _toggle(sites, 1, "Enabled")


def disable_scheduler(sites: list[str], words: list[str]) -> None:
    Options("disable-scheduler", words)
    _toggle(sites, 0, "Disabled")


def _toggle(sites: list[str], state: int, said: str) -> None:
    for site in sites:
        connection = database.connect(config.demand_site(site))
        database.set_single(connection, "enable_scheduler", state)
        connection.commit()
        print(said, "for", site)


def clear_cache(sites: list[str], words: list[str]) -> None:
    Options("clear-cache", words)
    for site in sites:
        redis.clear_cache(config.demand_site(site))


def execute(sites: list[str], words: list[str]) -> None:
    """`frappe.get_installed_apps`, `frappe.ping`, or a function of the apps' without arguments."""
    options = Options("execute", words, values=["--args", "--kwargs"], arguments=["method"])
    for site in sites:
        conf = config.demand_site(site)
        method = options.rest[0]
        if method == "frappe.get_installed_apps":
            answer = tables.installed(database.connect(conf))
        elif method == "frappe.ping":
            answer = "pong"
        elif method == "frappe.www.login._generate_temporary_login_link":
            answer = login_link.make(conf, *ast.literal_eval(options.get("--args")))
        else:
            module, _, function = method.rpartition(".")
            answer = getattr(importlib.import_module(module), function)()
        if answer:
            print(json.dumps(answer))
