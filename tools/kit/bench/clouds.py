# SPDX-License-Identifier: Apache-2.0
"""Clouds to measure: a standalone process, or a cluster, with nothing else in them."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kit import environment, paths, ports, say

BIN = Path(sys.executable).parent


@contextmanager
def standalone(*, cells: int = 2, hosts: int = 3) -> Iterator[dict[str, Any]]:
    """The access document of a fresh cloud, with `pid` and `ready_s` besides."""
    with tempfile.TemporaryDirectory(prefix="nova-cells-bench-") as folder:
        state = Path(folder) / "cloud"
        command = [
            *(str(BIN / "nova-cells"), "standalone", "--state-dir", str(state)),
            *("--port", str(ports.free()), "--cells", str(cells), "--hosts", str(hosts)),
        ]
        start = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment.environment()
        )
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line.startswith("ready "):
                raise say.Trouble(f"standalone did not start: {line!r}")
            access = json.loads((state / "standalone.json").read_text())
            yield {**access, "pid": process.pid, "ready_s": time.monotonic() - start}
        finally:
            process.terminate()
            process.wait(timeout=15)


@contextmanager
def cluster(
    *, cells: int = 3, hosts: int = 3, db: str = "mariadb", api_workers: int = 1
) -> Iterator[dict[str, Any]]:
    """The access document of a fresh cluster."""
    with tempfile.TemporaryDirectory(prefix="nova-cells-bench-", dir="/var/tmp") as folder:
        where = ["--state-dir", f"{folder}/cluster"]
        tool = [sys.executable, str(paths.TOOLS / "cluster")]
        size = ["--cells", str(cells), "--hosts", str(hosts), "--db", db]
        size += ["--api-workers", str(api_workers)]
        try:
            subprocess.run([*tool, "up", *where, *size], check=True, stdout=sys.stderr)
            access = json.loads(Path(f"{folder}/cluster/cluster.json").read_text())
            status = subprocess.run([*tool, "status", *where], stdout=subprocess.PIPE, text=True)
            pids = json.loads(status.stdout)
            yield {**access, "pids": pids, "state": f"{folder}/cluster"}
        finally:
            subprocess.run([*tool, "down", *where], check=True, stdout=sys.stderr)
