"""Where `bench` hands a command to Frappe."""

from standin_bench.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
