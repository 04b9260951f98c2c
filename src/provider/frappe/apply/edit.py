"""Changes keys of a JSON document that Frappe and people write too: under Frappe's own lock, in one move. The order is on
standard input: it may hold secrets."""
import errno
import fcntl
import json
import os
import sys
import time

order = json.load(sys.stdin)
path, wanted = order["path"], order["mark"]


def refuse(code, words):
    print(words, file=sys.stderr)
    sys.exit(code)


def read():
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        # One that was cut off to nothing has nothing that could be lost, where all that belongs in it is known.
        document = {} if order["create"] and not text.strip() else json.loads(text)
    except FileNotFoundError:
        if order["create"]:
            return {}
        refuse(4, f"{path} is not there")
    except ValueError as error:
        refuse(5, f"{path} is not JSON: {error}")
    if not isinstance(document, dict):
        refuse(5, f"{path} is JSON, but no object")
    return document


def write(target, text):
    """Beside it first, with its owner and mode, then in one move to its place."""
    mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else order["mode"]
    beside = f"{target}.tenantry"
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    os.replace(beside, target)


def lock(name):
    """Whoever lets go of Frappe's lock removes its file: a lock on a removed one keeps nobody out."""
    for _ in range(300):
        held = open(name, "a")
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(held.fileno()).st_nlink:
                return held
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
        held.close()
        time.sleep(0.1)
    refuse(6, f"something else holds {name}")


if not order["create"] and not os.path.isfile(path):
    refuse(4, f"{path} is not there")
os.makedirs(os.path.dirname(order["lock"]), exist_ok=True)
held = lock(order["lock"])
document = read()
mark = document.get("tenantry")
mark = mark if isinstance(mark, dict) else {}
if mark.get("identity") and any(mark.get(key) != wanted[key] for key in ("fleet", "identity")):
    refuse(3, f"{path} is {mark['identity']} of fleet {mark.get('fleet')}")
for key, value in order["expect"].items():
    if document.get(key) != value:
        refuse(3, f"{path} names another {key} than {value}")
before = json.dumps(document)
document.update(order["set"])
for key in order["remove"]:
    document.pop(key, None)
mark.update(wanted)
for name, items in order["add"].items():
    mark[name] = sorted(set(mark.get(name) or []) | set(items))
for name, items in order["drop"].items():
    mark[name] = sorted(set(mark.get(name) or []) - set(items))
secrets = mark.get("secrets")
secrets = dict(secrets) if isinstance(secrets, dict) else {}
for key in (*order["set"], *order["remove"]):
    secrets.pop(key, None)
secrets.update(order["secrets"])
mark["secrets"] = secrets
document["tenantry"] = {key: value for key, value in mark.items() if value or key == "keys"}
for target, text in order["beside"].items():
    write(target, text)
if json.dumps(document) != before:
    write(path, json.dumps(document, indent=1))
