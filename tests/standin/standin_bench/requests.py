"""One request to one site.

Beside Frappe's `ping` and `login` there are methods for tests: `standin_bench.sleep` runs a slow statement,
`standin_bench.hold` keeps open transactions, `standin_bench.eat` takes memory, `standin_bench.fork` starts processes."""

import json
import os
import subprocess
import time
import traceback
from urllib.parse import parse_qsl, urlsplit

import pymysql

from standin_bench import config, database, login_link, major, passwords

# Frappe 16 reads a site's configuration again after a minute; here, as all times, it is a twentieth of that.
CACHED_FOR = 3.0
_cache: dict[str, tuple[float, dict]] = {}
# What failed requests leave open, as the real ones do.
_leaked: list = []


def _conf(site: str) -> dict | None:
    # Names are compared as they are, so Globex.example is not globex.example.
    if "/" in site or site.startswith(".") or not os.path.exists(os.path.join(site, "site_config.json")):
        return None
    if major() < 16:
        return config.of_site(site)
    read, conf = _cache.get(site, (0.0, {}))
    if not conf or time.monotonic() - read > CACHED_FOR:
        conf = config.of_site(site)
        _cache[site] = (time.monotonic(), conf)
    return conf


def answer(method: str, path: str, headers, body: bytes) -> tuple[int, str, str]:
    host = headers.get("Host") or ""
    site = headers.get("X-Frappe-Site-Name") or host.rsplit(":", 1)[0]
    conf = _conf(site)
    if conf is None:
        return 404, "text/html", f"<h1>Not Found</h1><p>{site} does not exist</p>"
    if conf.get("maintenance_mode"):
        return _error(503, "SessionStopped", "Session Stopped: the site is being updated")
    at = urlsplit(path)
    given = dict(parse_qsl(at.query)) | _form(headers, body)
    try:
        connection = database.connect(conf)
        sql = "SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1), DATABASE()"
        user, name = database.run(connection, sql)[0]
        about = {"host": host, "site": site, "database_user": user, "database": name}
        result = _respond(method, at.path, given, conf, connection, about)
        connection.close()
        return result
    except pymysql.err.MySQLError as error:
        # The number is in the text: 1226 for too many connections, 1969 for a statement that took too long.
        if "connection" in locals():
            _leaked.append(connection)
        return _error(500, type(error).__name__, str(error))
    except Exception as error:
        traceback.print_exc()
        return _error(500, type(error).__name__, str(error))


def _form(headers, body: bytes) -> dict:
    if not body:
        return {}
    if (headers.get("Content-Type") or "").startswith("application/json"):
        return json.loads(body)
    return dict(parse_qsl(body.decode()))


def _error(status: int, kind: str, text: str) -> tuple[int, str, str]:
    return status, "application/json", json.dumps({"exc_type": kind, "exception": f"{kind}: {text}"})


def _message(text: str, about: dict) -> tuple[int, str, str]:
    return 200, "application/json", json.dumps({"message": text} | about)


def _respond(method: str, path: str, given: dict, conf: dict, connection, about: dict) -> tuple[int, str, str]:
    seconds = float(given.get("seconds", 1))
    match path:
        case "/api/method/ping" | "/api/method/frappe.ping":
            return _message("pong", about)
        case "/api/method/login":
            if passwords.matches(connection, given.get("usr", ""), given.get("pwd", "")):
                return _message("Logged In", about | {"full_name": given["usr"]})
            return _error(401, "AuthenticationError", "Invalid login credentials")
        case login_link.PATH:
            # Frappe answers with a session and a redirection; here it is enough to say who it is.
            if user := login_link.take(conf, given.get("key", "")):
                return _message("Logged In", about | {"full_name": user})
            return _error(403, "PermissionError", "The link you trying to login is invalid or expired.")
        case "/api/method/standin_bench.sleep":
            database.run(connection, "SELECT SLEEP(%s)", seconds)
            return _message("slept", about)
        case "/api/method/standin_bench.hold":
            held = [database.connect(conf) for _ in range(int(given.get("connections", 1)))]
            for other in held:
                database.run(other, "SELECT COUNT(*) FROM tabUser")
            time.sleep(seconds)
            return _message("held", about)
        case "/api/method/standin_bench.eat":
            size = int(given.get("mebibytes", 1))
            # Every page is written, else nobody has taken anything.
            taken = bytearray(b"x" * (size * 1024 * 1024))
            time.sleep(seconds)
            return _message(f"ate {len(taken)}", about)
        case "/api/method/standin_bench.fork":
            children = []
            try:
                for _ in range(int(given.get("count", 1))):
                    children.append(subprocess.Popen(["sleep", str(seconds)]))
            finally:
                # Those that nobody waits for stay processes of the bench's, and it has no room for a command from outside.
                for child in children:
                    child.wait()
            return _message(f"forked {len(children)}", about)
        case "/api/method/standin_bench.config":
            hidden = {key: value for key, value in conf.items() if "password" not in key}
            return _message("config", about | {"config": hidden})
        case _ if path.startswith("/api/"):
            return _error(404, "DoesNotExistError", path)
        case _:
            return 200, "text/html", f"<h1>{about['site']}</h1><p>This is a stand-in for Frappe.</p>"
