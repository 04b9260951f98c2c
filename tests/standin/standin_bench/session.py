"""The little of Frappe's Python interface that a script may reach for: init, connect, db, destroy."""

from standin_bench import config, database, tables

conf: dict = {}
_opened: list = []


class _Database:
    @property
    def connection(self):
        return _opened[-1]

    def sql(self, query, values=()):
        return database.run(self.connection, query, *values)

    def commit(self):
        self.connection.commit()

    def rollback(self):
        self.connection.rollback()


db = _Database()


def init(site="", sites_path=".", force=False):
    conf.clear()
    conf.update(config.demand_site(site) if site else config.common())


def connect(*_, **__):
    _opened.append(database.connect(conf))


def destroy():
    while _opened:
        _opened.pop().close()


def get_installed_apps():
    return tables.installed(db.connection)


def get_all_apps(with_internal_apps=True, sites_path="."):
    return config.all_apps()


__all__ = ["conf", "connect", "db", "destroy", "get_all_apps", "get_installed_apps", "init"]
