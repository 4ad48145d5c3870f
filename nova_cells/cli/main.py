# SPDX-License-Identifier: Apache-2.0
"""`nova-cells`: the command for a cloud in one process."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import nova_cells
from nova_cells.cli.standalone import command as standalone


def main(argv: Sequence[str] | None = None) -> int:
    """Parse the command line and run what it names; answers the exit code."""
    parser = argparse.ArgumentParser(prog="nova-cells", description=nova_cells.__doc__)
    parser.add_argument("--version", action="version", version=nova_cells.__version__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    standalone.add_arguments(verbs.add_parser("standalone", help=standalone.__doc__))
    arguments = parser.parse_args(argv)
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
