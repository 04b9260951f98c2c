"""The command line behind `bench`: `frappe [--site SITE] COMMAND ...`."""

import importlib
import os
import sys

from standin_bench import apps, background, config, new_site, pace, settings, upkeep
from standin_bench.options import Options

# Those that take sites come with a list of them.
SITES = {
    "install-app": apps.install_app,
    "uninstall-app": apps.uninstall_app,
    "remove-from-installed-apps": apps.remove_from_installed_apps,
    "list-apps": apps.list_apps,
    "set-config": settings.set_config,
    "show-config": settings.show_config,
    "set-maintenance-mode": settings.set_maintenance_mode,
    "set-admin-password": settings.set_admin_password,
    "scheduler": settings.scheduler,
    "enable-scheduler": settings.enable_scheduler,
    "disable-scheduler": settings.disable_scheduler,
    "clear-cache": settings.clear_cache,
    "execute": settings.execute,
    "migrate": upkeep.migrate,
    "ready-for-migration": upkeep.ready_for_migration,
    "backup": upkeep.backup,
    "restore": upkeep.restore,
}
OTHERS = {
    "new-site": new_site.new_site,
    "drop-site": upkeep.drop_site,
    "worker": background.worker,
    "schedule": background.schedule,
}


def main() -> None:
    try:
        _main()
    except EOFError:
        # A question that nobody answered.
        sys.stderr.write("\nAborted!\n")
        sys.exit(1)


def _main() -> None:
    pace.spend(0.3)
    words = sys.argv[1:]
    names = config.all_apps()
    # One name that the image does not have, and nothing works, whatever the command and the site.
    for name in names:
        importlib.import_module(name)
    if words and words[0] in names:
        words.pop(0)
    given, force = _site(words)
    if not words:
        print("Usage: bench [OPTIONS] COMMAND [ARGS]...")
        sys.exit(0)
    command = words.pop(0)
    if force:
        words.append("--force")
    if command == "version":
        for name, version in apps.versions(names).items():
            print(f"{name} {version}")
    elif command in OTHERS:
        OTHERS[command](words)
    elif command in SITES:
        sites = config.sites() if given == "all" else [given] if given else []
        everywhere = command == "set-config" and any(word in ("-g", "-gp", "-pg", "--global") for word in words)
        if command == "set-config":
            words = [part for word in words for part in (("-g", "-p") if word in ("-gp", "-pg") else (word,))]
        if not sites and not everywhere and given != "all":
            print("Please specify --site sitename")
            sys.exit(1)
        SITES[command](sites, words)
    else:
        sys.stderr.write(f"Usage: bench [OPTIONS] COMMAND [ARGS]...\n\nError: No such command '{command}'.\n")
        sys.exit(2)


def _site(words: list[str]) -> tuple[str | None, bool]:
    """Takes the options off that stand before the command."""
    ahead = []
    while words and words[0].startswith("-"):
        word = words.pop(0)
        ahead.append(word)
        if word == "--site" and words:
            ahead.append(words.pop(0))
    options = Options("", ahead, ["--force", "--verbose", "--profile"], ["--site"])
    default = os.environ.get("FRAPPE_SITE") or config.common().get("default_site")
    return options.get("--site") or default, "--force" in options
