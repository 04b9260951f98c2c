"""Passwords; a stand-in."""

import frappe
from standin_bench import passwords


def update_password(user, pwd, doctype="User", fieldname="password", logout_all_sessions=False):
    passwords.update(frappe.db.connection, user, pwd)
