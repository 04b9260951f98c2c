app_name = "hrms"
required_apps = ["erpnext"]
