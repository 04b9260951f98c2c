"""Removes the directory of a site whose `bench new-site` never ended, and no other."""
import json
import os
import shutil
import sys

directory, database = sys.argv[1:]
path = f"sites/{directory}"


def refuse(words):
    print(words, file=sys.stderr)
    sys.exit(3)


if os.path.islink(path):
    refuse(f"{path} is a link")
if not os.path.isdir(path):
    sys.exit(0)
try:
    with open(f"{path}/site_config.json", encoding="utf-8") as file:
        document = json.load(file)
except FileNotFoundError:
    document = None
except ValueError:
    refuse(f"{path}/site_config.json is not JSON")
if document is None:
    for folder, folders, files in os.walk(path):
        if folder == path:
            folders[:] = [name for name in folders if name not in ("indexes", "locks", "logs")]
        if files:
            refuse(f"{path} holds files and has no site_config.json")
elif not isinstance(document, dict) or document.get("db_name") != database:
    refuse(f"{path}/site_config.json names another database than {database}")
elif "tenantry" in document:
    refuse(f"{path}/site_config.json bears a mark: the site was complete once")
shutil.rmtree(path)
