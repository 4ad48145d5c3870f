# SPDX-License-Identifier: Apache-2.0
"""What Schemathesis is told: values for paths, and texts for the formats of this API.

A request that ends a server is never given the one that the others are made for.
"""

from __future__ import annotations

import json
from pathlib import Path

from kit import paths

ENDING = ("servers.views.delete", "flavors.views.delete", "services.views.delete")


def write(folder: Path, things: dict[str, str], minor: int) -> dict[str, str]:
    """Write its configuration; answers the environment it needs."""
    lines = ["[parameters]", *_parameters(things)]
    gone = dict.fromkeys(("server_id", "flavor_id", "service"), "gone")
    for operation in ENDING:
        lines += ["", "[[operations]]", f'include-operation-id = "{operation}"']
        lines += ["[operations.parameters]", *_parameters(gone)]
    (folder / "schemathesis.toml").write_text("\n".join(lines) + "\n")
    return {
        "SCHEMATHESIS_HOOKS": "kit.fuzz.hooks",
        "PYTHONPATH": str(paths.TOOLS),
        "PYTHONWARNINGS": "ignore",
        "FUZZED_VERSION": f"compute 2.{minor}",
    }


def _parameters(values: dict[str, str]) -> list[str]:
    return [f'"path.{name}" = {json.dumps(value)}' for name, value in values.items()]
