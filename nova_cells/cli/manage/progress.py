# SPDX-License-Identifier: Apache-2.0
"""How far long work is: a bar on a terminal, elsewhere a line whenever the number has changed.

On standard error, so that what a command answers stays a table or json.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

Step = tuple[int, int]
"""How many are done, and of how many."""


def follow(what: str, steps: Iterable[Step]) -> None:
    """Show each step until there is none left."""
    if sys.stderr.isatty():
        _bar(what, steps)
        return
    said: Step | None = None
    for step in steps:
        if step != said:
            said = step
            print(f"{step[0]} of {step[1]} {what}", file=sys.stderr, flush=True)


def _bar(what: str, steps: Iterable[Step]) -> None:
    # Slow to import, and only people at a terminal have a use for it.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    shown = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True)) as progress:
        task = progress.add_task(what, total=None)
        for done, total in steps:
            progress.update(task, completed=done, total=total)
