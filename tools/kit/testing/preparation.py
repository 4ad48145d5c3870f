# SPDX-License-Identifier: Apache-2.0
"""Installs what the suites need while the first of them run already.

Packages first and at once, then one environment after the other. What cannot be installed is the
trouble of those suites only that need it.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from kit import apt, environment, say
from kit.testing.suites import Suite


class Preparation:
    """Begins at once, in the background."""

    def __init__(self, chosen: list[Suite]) -> None:
        self._pool = ThreadPoolExecutor(1, "preparation")
        packages = dict.fromkeys(name for suite in chosen for name in suite.packages)
        self._packages = self._pool.submit(apt.ensure, *packages)
        names = dict.fromkeys(name for suite in chosen for name in suite.services)
        self._services: dict[str, Future[None]] = {
            name: self._pool.submit(_install, name) for name in names
        }
        self._pool.shutdown(wait=False)

    def wait_for(self, suite: Suite) -> None:
        """Return when what a suite needs is there; `say.Trouble` when its packages cannot be."""
        if self._packages.exception() is not None:
            apt.ensure(*suite.packages)
        for name in suite.services:
            self._services[name].result()


def _install(name: str) -> None:
    try:
        environment.service(name)
    except say.Trouble as trouble:
        # Whoever uses it tries again, and fails with the reason.
        say.line(f"{name} is not installed: {trouble}")
