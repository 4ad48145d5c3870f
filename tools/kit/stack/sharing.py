# SPDX-License-Identifier: Apache-2.0
"""A stack of one's own, or the one that runs already.

NOVA_CELLS_TEST_STACK names the state folder of one: it is used and left as it is. Where several
clouds share one, a relay behind its compute endpoint reads from the file in NOVA_CELLS_TEST_RELAY
to whom it has to pass events on.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit import ports
from kit.stack.stack import NEEDS, Stack

STACK = "NOVA_CELLS_TEST_STACK"
RELAY = "NOVA_CELLS_TEST_RELAY"


def is_shared() -> bool:
    """Whether somebody else's is used."""
    return STACK in os.environ


def stack(folder: Path) -> Stack:
    """It, running; one's own is kept in `folder`."""
    shared = os.environ.get(STACK)
    found = Stack(Path(shared) if shared else folder)
    found.up(NEEDS)
    return found


@contextmanager
def one() -> Iterator[Stack]:
    """It, for a block; one's own is gone afterwards."""
    if is_shared():
        yield stack(Path())
        return
    folder = Path(tempfile.mkdtemp(prefix="nova-cells-stack-", dir="/var/tmp"))
    folder.chmod(0o755)
    own = Stack(folder / "stack")
    try:
        own.up(NEEDS)
        yield own
    finally:
        own.forget()
        shutil.rmtree(folder, ignore_errors=True)


def port(found: Stack) -> int:
    """Where our API has to listen for the stack's events to reach it."""
    relay = os.environ.get(RELAY)
    if not relay:
        return int(found.plan.compute.removesuffix("/v2.1").rpartition(":")[2])
    free = ports.free()
    line = f"http://127.0.0.1:{free}/v2.1\n"
    with Path(relay).open("a") as file:
        file.write(line)
    atexit.register(_leave, Path(relay), line)
    return free


def _leave(relay: Path, line: str) -> None:
    relay.write_text(relay.read_text().replace(line, ""))
