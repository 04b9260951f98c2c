app_name = "frappe"
