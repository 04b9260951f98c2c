"""Links that log in once: made by `execute`, kept in the cache, taken by a request."""

import secrets

from standin_bench import database, redis


class DoesNotExistError(Exception):
    pass


DoesNotExistError.__module__ = "frappe.exceptions"
PATH = "/api/method/frappe.www.login.login_via_key"


def _key(conf: dict, key: str) -> str:
    return f"{conf['db_name']}|one_time_login_key:{key}"


def make(conf: dict, user: str, minutes: int) -> str:
    if not database.run(database.connect(conf), "SELECT name FROM tabUser WHERE name=%s", user):
        raise DoesNotExistError(f"User with email address {user} does not exist")
    key = secrets.token_hex(28)
    redis.Redis(conf["redis_cache"]).ask("SET", _key(conf, key), user, "EX", minutes * 60)
    return f"http://{conf.get('host_name', 'localhost')}{PATH}?key={key}"


def take(conf: dict, key: str) -> str | None:
    """Whose it is; it works once."""
    cache = redis.Redis(conf["redis_cache"])
    user = cache.ask("GET", _key(conf, key))
    cache.ask("DEL", _key(conf, key))
    return user
