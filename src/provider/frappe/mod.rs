//! frappe.
