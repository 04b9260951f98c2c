"""Frappe's table of passwords: salted hashes as passlib writes them."""

import base64
import hashlib
import hmac
import secrets

from standin_bench import database

ROUNDS = 29000


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw, altchars=b"./").decode().rstrip("=")


def _hash(password: str, salt: bytes) -> str:
    raw = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ROUNDS)
    return f"$pbkdf2-sha256${ROUNDS}${_encode(salt)}${_encode(raw)}"


def update(connection, user: str, password: str) -> None:
    database.run(
        connection,
        "INSERT INTO `__Auth` (doctype, name, fieldname, password, encrypted) VALUES ('User', %s, 'password', %s, 0)"
        " ON DUPLICATE KEY UPDATE password=VALUES(password), encrypted=0",
        user,
        _hash(password, secrets.token_bytes(16)),
    )


def matches(connection, user: str, password: str) -> bool:
    rows = database.run(
        connection,
        "SELECT password FROM `__Auth` WHERE doctype='User' AND name=%s AND fieldname='password' AND encrypted=0",
        user,
    )
    if not rows:
        return False
    encoded = rows[0][0].split("$")[3]
    salt = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"./")
    return hmac.compare_digest(_hash(password, salt), rows[0][0])
