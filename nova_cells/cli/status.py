# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-status upgrade check`: is this deployment ready for this release's processes?

Exit codes as operators' tools expect: 0 all well, 1 warnings, 2 a failure, 255 a crash.
"""

from __future__ import annotations

import sys
from typing import Any

from oslo_config import cfg
from oslo_upgradecheck import upgradecheck

from nova_cells.cli import config
from nova_cells.cli.manage.reach import Reach
from nova_cells.contracts import Outcome
from nova_cells.global_api import cell_registry
from nova_cells.runtime.db import DatabaseFault, schema

Result = upgradecheck.Result
Code = upgradecheck.Code


class Checks(upgradecheck.UpgradeCommands):
    """The checks, in the order they are printed."""

    def __init__(self, conf: Any) -> None:
        self._conf = conf

    def global_schema(self) -> Result:
        """The global database has this release's schema."""
        try:
            current = schema.current(Reach(self._conf).global_url, "global_api")
        except config.ConfigurationIncomplete as incomplete:
            return Result(Code.FAILURE, str(incomplete))
        if current == schema.head("global_api"):
            return Result(Code.SUCCESS)
        return Result(
            Code.FAILURE, f"schema is at {current}: run `nova-cells-manage api_db sync` first"
        )

    def cells(self) -> Result:
        """Every cell answers."""
        reach = Reach(self._conf)
        try:
            if schema.current(reach.global_url, "global_api") is None:
                return Result(Code.FAILURE, "the global database has no schema yet")
            entries = cell_registry.entries(reach.database)
            silent = [entry.name for entry in entries if not _answers(reach, entry)]
        except (DatabaseFault, config.ConfigurationIncomplete) as fault:
            return Result(Code.FAILURE, f"the global database cannot be read: {fault}")
        finally:
            reach.close()
        if not entries:
            return Result(Code.WARNING, "no cell is known: see `nova-cells-manage cell create`")
        if silent:
            return Result(Code.WARNING, f"no conductor answers in: {', '.join(silent)}")
        return Result(Code.SUCCESS)

    def identity(self) -> Result:
        """Tokens are checked by an identity service."""
        if self._conf.api.auth == "noauth":
            return Result(Code.WARNING, "[api] auth = noauth believes every local caller")
        return Result(Code.SUCCESS)

    _upgrade_checks = (
        ("Global schema", global_schema),
        ("Cells", cells),
        ("Identity", identity),
    )


def _answers(reach: Reach, entry: cell_registry.CellEntry) -> bool:
    try:
        reach.cell(entry).facts(_deadline=3.0)
    except Outcome:
        return False
    return True


def main(argv: list[str] | None = None) -> int:
    """`upgrade check [--json]`, with the usual --config-file."""
    words = list(sys.argv[1:] if argv is None else argv)
    files, rest = _config_files(words)
    conf = config.load([], files or config.present_defaults())
    return upgradecheck.main(cfg.ConfigOpts(), "nova-cells", Checks(conf), rest, [])


def _config_files(words: list[str]) -> tuple[list[str], list[str]]:
    """The library's own parser knows none of our options, so the files are taken out first."""
    files, rest = [], []
    remaining = iter(words)
    for word in remaining:
        if word == "--config-file":
            files.append(next(remaining, ""))
        elif word.startswith("--config-file="):
            files.append(word.partition("=")[2])
        else:
            rest.append(word)
    return files, rest


if __name__ == "__main__":
    sys.exit(main())
