# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/parity: which drivers are run, and what is written afterwards."""

from __future__ import annotations

import argparse
import sys

from kit import apt, paths, say
from kit.testing.suites import SUITES

sys.path.insert(0, str(paths.CHECKOUT))

from tests.parity import page, results, running
from tests.parity.columns import COLUMNS
from tests.parity.suite import claimed

PAGE = paths.CHECKOUT / "docs" / page.PAGE


def main(arguments: list[str]) -> int:
    """Exit code 1 when a suite failed; what it showed is written down all the same."""
    parser = argparse.ArgumentParser(prog="tools/parity", description=__doc__)
    names = [column.name for column in COLUMNS]
    parser.add_argument("drivers", nargs="*", help=f"of {', '.join(names)}; without: all")
    parser.add_argument("--only", action="append", default=[], help="such a mix-in; repeatable")
    asked = parser.parse_args(arguments)
    chosen = asked.drivers or names
    if unknown := set(chosen) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    _install()
    found = _still_true()
    for column in COLUMNS:
        if column.name in chosen:
            found |= running.run(column, say.line, asked.only)
    results.write(found)
    PAGE.write_text(page.page())
    bad = {key: how for key, how in found.items() if how.startswith("failed")}
    for (column, kind), how in sorted(bad.items()):
        print(f"{column}: {kind} {how}")
    return 1 if bad else 0


def _install() -> None:
    (real,) = [suite for suite in SUITES if suite.name == "real"]
    try:
        apt.ensure(*real.packages)
    except say.Trouble as trouble:
        say.line(f"going on with what is there: {trouble}")


def _still_true() -> results.Results:
    """The record, without what drivers do not claim any more."""
    known = {
        (column.name, kind.__name__)
        for column in COLUMNS
        for kind in claimed(column.driver_class())
    }
    return {key: how for key, how in results.read(results.RECORD).items() if key in known}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
