"""Plays Frappe for the tests, on the real MariaDB and the real Redis. A stand-in: nothing of Frappe is in it."""


def version() -> str:
    """The version of Frappe that is played, from the app as its image has it."""
    import frappe

    return frappe.__version__


def major() -> int:
    return int(version().split(".")[0])
