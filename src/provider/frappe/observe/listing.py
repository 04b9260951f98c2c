"""Prints what a bench holds, as JSON: the documents of its sites, and the apps in its image. Changes nothing."""
import json
import os
import re
import stat
import sys

LIMIT = 256 * 1024


def text(path):
    """The text of a regular file; None where there is no such path."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise OSError("not a regular file")
        with open(path, "rb") as file:
            data = file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(data) > LIMIT:
        raise OSError("larger than 256 KiB")
    return data.decode("utf-8", "replace")


def version(app):
    found = None
    try:
        with open(f"apps/{app}/{app}/__init__.py", encoding="utf-8", errors="replace") as file:
            found = re.search(r"""^__version__\s*=\s*["']([^"']+)""", file.read(LIMIT), re.MULTILINE)
    except OSError:
        return None
    return found.group(1) if found else ""


def holds_files(directory):
    """Whether something lies in it that a worker does not make again by itself."""
    for path, folders, files in os.walk(directory):
        if path == directory:
            folders[:] = [name for name in folders if name not in ("indexes", "locks", "logs")]
        if files:
            return True
    return False


def site(directory):
    try:
        config = text(f"{directory}/site_config.json")
    except OSError as error:
        return {"error": str(error)}
    if config is None:
        return {"files": holds_files(directory)}
    return {"config": config}


def apps():
    names = sorted(os.listdir("apps"))
    versions = ((name, version(name)) for name in names if name.isidentifier())
    return {name: found for name, found in versions if found is not None}


def document(path):
    try:
        return {"text": text(path)}
    except OSError as error:
        return {"error": str(error)}


listing = {"apps": apps()}
if sys.argv[1:] != ["image"]:
    os.chdir("sites")
    listing["common"] = document("common_site_config.json")
    listing["apps_txt"] = document("apps.txt")
    with os.scandir() as entries:
        names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    # A name that is no text is no site's.
    names = [name for name in names if name.isprintable() and name.isascii()]
    listing["sites"] = {name: site(name) for name in sorted(names)}
json.dump(listing, sys.stdout)
