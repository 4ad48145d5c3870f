# SPDX-License-Identifier: Apache-2.0
"""Another agent of a test's host and state folder, killed in the middle of its work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from tests.real.case import RealDriverCase
from tests.real.ground import CHECKOUT

AGENT = "tests.real.short_lived_agent"


def killed_while(
    case: RealDriverCase, work: str, seconds: float, *, agent: str = AGENT, **more: Any
) -> None:
    """It begins `work` on the test's machine and is killed so much later; `more` is told too.

    `agent`: the module that is run.
    """
    told = {
        "work": work,
        "host": case.host,
        "uris": case.ground.uris,
        "cache": case.cache,
        "images": str(case.ground.images.directory),
        "state": str(case.state),
        "deployment": case.deployment,
        "machine": case.machine.document(),
        **more,
    }
    command = [sys.executable, "-m", agent]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=CHECKOUT, text=True) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(told))
        child.stdin.close()
        case.assertEqual("begin\n", child.stdout.readline())
        time.sleep(seconds)
        child.kill()
