"""A stand-in for the tests: importable as Frappe is, for those who ask its version or reach for a site."""

__version__ = "15.80.0"

from standin_bench.session import *  # noqa: E402, F403
