"""Run every check of the project, in the order in which a failure is cheapest to learn of.

``./run check`` runs all; ``./run check tests/domain`` hands its arguments to pytest.
"""

import os
import subprocess
import sys

STEPS: list[tuple[str, list[str]]] = [
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("types", ["mypy"]),
    ("arrows", ["lint-imports", "--no-cache"]),
]


def main() -> int:
    """Run the steps; the exit status is 0 only when all of them passed."""
    workers = str(max(2, os.cpu_count() or 2))
    tests = ["pytest", "-q", "-n", workers, *sys.argv[1:]]
    failed = [name for name, command in [*STEPS, ("tests", tests)] if not _passes(name, command)]
    if failed:
        print(f"\ncheck: failed: {', '.join(failed)}")  # noqa: T201 - it is a command, it prints
        return 1
    print("\ncheck: all passed")  # noqa: T201
    return 0


def _passes(name: str, command: list[str]) -> bool:
    print(f"== {name}: {' '.join(command)}", flush=True)  # noqa: T201
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
