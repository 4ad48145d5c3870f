# SPDX-License-Identifier: Apache-2.0
"""Serves an interface: calls the endpoint's method of the same name with decoded arguments."""

from __future__ import annotations


class Server:
    """A served interface; made by `Bus.serve`."""

    def start(self) -> None:
        """Take calls from now on."""

    def stop(self) -> None:
        """Take no more, finish those under way (up to a few seconds)."""
