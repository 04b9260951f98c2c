app_name = "brokeninstall"
after_install = "brokeninstall.install.after_install"
