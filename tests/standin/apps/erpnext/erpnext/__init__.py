__version__ = "15.80.0"
