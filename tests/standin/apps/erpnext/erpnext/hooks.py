app_name = "erpnext"
