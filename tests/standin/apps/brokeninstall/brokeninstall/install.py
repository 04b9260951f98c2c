"""Fails the first time on each site, and succeeds when it is run again."""

import os


def after_install(site: str) -> None:
    mark = os.path.join(site, "private", "brokeninstall")
    if not os.path.exists(mark):
        open(mark, "w").close()
        raise Exception("brokeninstall: after_install failed")
