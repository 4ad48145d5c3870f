# SPDX-License-Identifier: Apache-2.0
"""Every compute command of the `openstack` client does its work, or has a reason why not."""

from __future__ import annotations

from typing import ClassVar

from tests.clients.story_case import StoryCase, tells


@tells
class OpenStackCommands(StoryCase):
    shell = "openstack"
    settings: ClassVar = {"OS_COMPUTE_API_VERSION": "2.104", "OS_IDENTITY_API_VERSION": "3"}

    def test_every_command_is_told(self) -> None:
        self.leave_nothing_out()
