"""Options and arguments as Frappe's commands take them: what they don't know ends with 2."""

import sys


class Options:
    """`flags` take no value, `values` do, `many` do and may stand again; `--a/--b` turns the flag `a` on and off."""

    def __init__(self, command: str, words: list[str], flags=(), values=(), many=(), arguments=()):
        self.command = command
        self.flags: set[str] = set()
        self.values: dict[str, str] = {}
        self.many: dict[str, list[str]] = {name.split("|")[0]: [] for name in many}
        self.rest: list[str] = []
        names = {n: spec.split("|")[0] for spec in (*flags, *values, *many) for n in spec.split("|")}
        takes = {n for spec in (*values, *many) for n in spec.split("|")}
        words = list(words)
        while words:
            word = words.pop(0)
            if word == "--":
                self.rest += words
                break
            if not word.startswith("-") or word == "-":
                self.rest.append(word)
                continue
            name, given, value = word.partition("=") if word.startswith("--") else (word, "", "")
            if name not in names:
                self.fail(f"No such option: {name}")
            if name not in takes:
                self.flags.add(names[name])
                continue
            if not given:
                if not words:
                    self.fail(f"Option '{name}' requires an argument.")
                value = words.pop(0)
            if names[name] in self.many:
                self.many[names[name]].append(value)
            else:
                self.values[names[name]] = value
        for name in arguments[len(self.rest) :]:
            if not name.endswith("?"):
                self.fail(f"Missing argument '{name.upper()}'.")
        if len(self.rest) > len(arguments) and "*" not in arguments:
            self.fail(f"Got unexpected extra argument ({self.rest[len(arguments)]})")

    def fail(self, message: str) -> None:
        sys.stderr.write(f"Usage: bench  {self.command} [OPTIONS]\n\nError: {message}\n")
        sys.exit(2)

    def __contains__(self, flag: str) -> bool:
        return flag in self.flags

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.values.get(name, default)

    def argument(self, index: int) -> str | None:
        return self.rest[index] if index < len(self.rest) else None
