# SPDX-License-Identifier: Apache-2.0
"""tools/fuzz: no 5xx, no code and no body that the OpenAPI document does not name.

Starts a fake cloud, and lets Schemathesis attack every operation of a version, the destructive
ones included, as an administrator. The same seed gives the same requests.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from kit.bench.clouds import standalone
from kit.fuzz import settings
from kit.fuzz.things import Maker

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


def main() -> int:
    """The exit code of Schemathesis, or 1 when one version failed."""
    options = _parser().parse_args()
    codes = [fuzz(minor, options.examples, options.seed) for minor in options.microversion]
    return 1 if any(codes) else 0


def fuzz(minor: int, examples: int, seed: int, seconds: int | None = None) -> int:
    """One version, on a cloud of its own; with `seconds` it takes so long, and no longer."""
    with standalone() as access, tempfile.TemporaryDirectory(prefix="nova-cells-fuzz-") as folder:
        maker = Maker(access)
        more = settings.write(Path(folder), maker.things(minor), minor)
        root = access["endpoint"].removesuffix("/v2.1")
        command = [
            *(str(Path(sys.executable).parent / "schemathesis"), "run"),
            f"{root}/openapi.json?microversion=2.{minor}",
            *("-H", f"X-Auth-Token: {maker.token}"),
            *("--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing"),
            *("--max-examples", str(examples), "--seed", str(seed)),
            *("--no-shrink", "--continue-on-failure", "--suppress-health-check", "all"),
            *("--warnings", "off"),
        ]
        if seconds is not None:
            command += ["--max-time", str(seconds)]
        return subprocess.run(command, cwd=folder, env={**os.environ, **more}).returncode


def _minor(text: str) -> int:
    major, _, minor = text.partition(".")
    if major != "2" or not minor.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no microversion")
    return int(minor)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="requests for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--microversion", type=_minor, nargs="+", default=[104], metavar="2.X", help="which to try"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
