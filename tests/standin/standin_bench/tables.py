"""The tables that an app brings, and the rows in them that others read."""

import json

from standin_bench import config, database

_HEAD = """`name` varchar(140) NOT NULL, `creation` datetime(6) DEFAULT NULL, `modified` datetime(6) DEFAULT NULL,
`modified_by` varchar(140) DEFAULT NULL, `owner` varchar(140) DEFAULT NULL, `docstatus` int(1) NOT NULL DEFAULT 0,
`idx` int(8) NOT NULL DEFAULT 0"""
_TAIL = "PRIMARY KEY (`name`)) ENGINE=%s ROW_FORMAT=DYNAMIC CHARACTER SET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
_CHILD = "`parent` varchar(140), `parentfield` varchar(140) DEFAULT NULL, `parenttype` varchar(140) DEFAULT NULL"

FRAPPE = {
    "User": "`enabled` int(1) NOT NULL DEFAULT 1, `email` varchar(140) NOT NULL DEFAULT '', `first_name` varchar(140),"
    " `user_type` varchar(140) DEFAULT 'System User', `last_active` datetime(6) DEFAULT NULL",
    "Installed Application": f"{_CHILD}, `app_name` varchar(140), `app_version` varchar(140), `git_branch` varchar(140)",
    "Patch Log": "`patch` text, `skipped` int(1) NOT NULL DEFAULT 0, `traceback` text",
    "Module Def": "`module_name` varchar(140), `app_name` varchar(140)",
    "Scheduled Job Type": "`method` varchar(140), `frequency` varchar(140), `stopped` int(1) NOT NULL DEFAULT 0",
    "File": "`file_name` varchar(255), `file_url` varchar(255)",
    "Error Log": "`error` longtext",
}
# More of them, as many as it takes to see that a site with ERPNext is larger than one without.
OTHERS = {
    "frappe": ["Role", "Has Role", "DocField", "DocPerm", "Report", "Page", "Workspace", "Print Format"],
    "erpnext": ["Company", "Customer", "Supplier", "Item", "Sales Invoice", "Purchase Invoice", "Account", "GL Entry"],
    "hrms": ["Employee Checkin", "Leave Application", "Salary Slip", "Expense Claim"],
}


def create(connection, app: str) -> None:
    """Creates an app's tables; what is there is kept. MariaDB commits at each."""
    if app == "frappe":
        for name, columns in FRAPPE.items():
            engine = "MyISAM" if name == "Error Log" else "InnoDB"
            sql = f"CREATE TABLE IF NOT EXISTS `tab{name}` ({_HEAD}, {columns}, {_TAIL % engine}"
            database.run(connection, sql)
    for name in OTHERS.get(app, []):
        database.run(connection, f"CREATE TABLE IF NOT EXISTS `tab{name}` ({_HEAD}, {_TAIL % 'InnoDB'}")
        database.run(
            connection, "INSERT IGNORE INTO tabDocType (name, module, creation) VALUES (%s, %s, NOW(6))", name, app
        )


def drop(connection, app: str) -> None:
    for name in OTHERS.get(app, []):
        database.run(connection, f"DROP TABLE IF EXISTS `tab{name}`")
        database.run(connection, "DELETE FROM tabDocType WHERE name=%s", name)


def installed(connection) -> list[str]:
    if not database.has_table(connection, "tabDefaultValue"):
        return []
    sql = "SELECT defvalue FROM tabDefaultValue WHERE parent='__global' AND defkey='installed_apps'"
    rows = database.run(connection, sql)
    return json.loads(rows[0][0]) if rows else []


def set_installed(connection, apps: list[str]) -> None:
    database.run(connection, "DELETE FROM tabDefaultValue WHERE parent='__global' AND defkey='installed_apps'")
    database.run(
        connection,
        "INSERT INTO tabDefaultValue (name, creation, modified, modified_by, owner, parent, parentfield, parenttype,"
        " defkey, defvalue) VALUES (%s, NOW(6), NOW(6), 'Administrator', 'Administrator', '__global',"
        " 'system_defaults', '__default', 'installed_apps', %s)",
        config.random_string(10),
        json.dumps(apps),
    )


def record_versions(connection, versions: dict[str, str]) -> None:
    database.run(connection, "DELETE FROM `tabInstalled Application`")
    for index, (app, version) in enumerate(versions.items(), 1):
        database.run(
            connection,
            "INSERT INTO `tabInstalled Application` (name, idx, parent, parentfield, parenttype, app_name, app_version,"
            " git_branch) VALUES (%s, %s, 'Installed Applications', 'installed_applications', 'Installed Applications',"
            " %s, %s, 'UNVERSIONED')",
            config.random_string(10),
            index,
            app,
            version,
        )
