"""Connections to MariaDB, with what a site's configuration says."""

import pymysql
from pymysql.constants import CLIENT

from standin_bench import major


def account(conf: dict) -> str:
    """Frappe 15 knows one name for database and account."""
    return conf.get("db_user") or conf["db_name"] if major() >= 16 else conf["db_name"]


def connect(conf: dict, autocommit: bool = False) -> pymysql.connections.Connection:
    return pymysql.connect(
        host=conf["db_host"],
        port=int(conf["db_port"]),
        user=account(conf),
        password=conf.get("db_password") or "",
        database=conf["db_name"],
        charset="utf8mb4",
        autocommit=autocommit,
    )


def connect_root(conf: dict, user: str, password: str) -> pymysql.connections.Connection:
    return pymysql.connect(
        host=conf["db_host"],
        port=int(conf["db_port"]),
        user=user,
        password=password,
        charset="utf8mb4",
        autocommit=True,
        client_flag=CLIENT.MULTI_STATEMENTS,
    )


def run(connection, sql: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall())


def has_table(connection, table: str) -> bool:
    return bool(run(connection, "SHOW TABLES LIKE %s", table))


def single(connection, field: str, doctype: str = "System Settings") -> str | None:
    rows = run(connection, "SELECT value FROM tabSingles WHERE doctype=%s AND field=%s", doctype, field)
    return rows[0][0] if rows else None


def set_single(connection, field: str, value: object, doctype: str = "System Settings") -> None:
    run(connection, "DELETE FROM tabSingles WHERE doctype=%s AND field=%s", doctype, field)
    run(connection, "INSERT INTO tabSingles VALUES (%s, %s, %s)", doctype, field, str(value))
