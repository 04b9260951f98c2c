"""The bench's and the sites' configuration. The working directory is `sites`, as Frappe's commands have it."""

import ast
import json
import os
import secrets
import string

from standin_bench.lock import filelock

BENCH = "/home/frappe/frappe-bench"


def read(path: str) -> dict:
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def common() -> dict:
    conf = read("common_site_config.json")
    for key in ("redis_cache", "redis_queue", "db_type", "db_host", "db_port", "db_socket"):
        if value := os.environ.get("FRAPPE_" + key.upper()):
            conf[key] = value
    conf.setdefault("redis_cache", "redis://127.0.0.1:13311")
    conf.setdefault("redis_queue", "redis://127.0.0.1:11311")
    conf.setdefault("db_host", "127.0.0.1")
    conf.setdefault("db_port", 3306)
    return conf


def of_site(site: str) -> dict:
    """The merged configuration of a site that is there."""
    return common() | read(os.path.join(site, "site_config.json"))


class IncorrectSitePath(Exception):
    pass


IncorrectSitePath.__module__ = "frappe.exceptions"


def demand_site(site: str) -> dict:
    if not os.path.exists(os.path.join(site, "site_config.json")):
        raise IncorrectSitePath(f"{site} does not exist")
    return of_site(site)


def sites() -> list[str]:
    """Directories with a configuration; links are not sites."""
    return sorted(
        name
        for name in os.listdir(".")
        if not os.path.islink(name) and os.path.exists(os.path.join(name, "site_config.json"))
    )


def all_apps() -> list[str]:
    """What apps.txt lists, `frappe` first."""
    with open("apps.txt") as file:
        listed = file.read().split()
    return ["frappe"] + [app for app in listed if app != "frappe"]


def write(path: str, values: dict) -> None:
    # Not atomic, as in Frappe: who reads at the wrong moment sees half a file.
    with open(path, "w") as file:
        json.dump(values, file, indent=1, sort_keys=True)


def update(path: str, key: str, value: object, parse: bool = False) -> None:
    with filelock("site_config", os.path.join(BENCH, "config"), timeout=30):
        values = read(path)
        if parse:
            value = ast.literal_eval(value) if isinstance(value, str) else value
        elif value in ("0", "1"):
            value = int(value)
        elif value in ("false", "true"):
            value = value == "true"
        if value == "None":
            values.pop(key, None)
        else:
            values[key] = value
        write(path, values)


def random_string(length: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))
