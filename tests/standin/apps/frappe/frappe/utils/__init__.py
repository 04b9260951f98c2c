"""Utilities; a stand-in."""
