# SPDX-License-Identifier: Apache-2.0
"""Every command of novaclient's own shell does its work, or has a reason why not."""

from __future__ import annotations

from typing import ClassVar

from tests.clients.story_case import StoryCase, tells


@tells
class NovaCommands(StoryCase):
    shell = "nova"
    settings: ClassVar = {"OS_COMPUTE_API_VERSION": "2.latest"}

    def test_every_command_is_told(self) -> None:
        self.leave_nothing_out()
