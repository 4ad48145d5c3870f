# SPDX-License-Identifier: Apache-2.0
"""Running a command and reading what it says, or saying readably that it failed."""

import subprocess

from kit import say


def run(*words: object, check: bool = True, seconds: float = 30.0) -> str:
    """Standard output of a command; empty when it failed and that does not matter."""
    command = [str(word) for word in words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        if check:
            raise say.Trouble(f"`{' '.join(command)}` hangs") from None
        return ""
    if done.returncode and check:
        raise say.Trouble(f"`{' '.join(command)}`: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout if not done.returncode else ""
