# SPDX-License-Identifier: Apache-2.0
"""A real cell whose hosts make containers, all of them or those a test names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.real.cloud_case import RealCloudCase
from tests.real.ground import ground
from tests.real.lxc.case import container_image, lxc_settings


class LxcCloudCase(RealCloudCase):
    """`containers`: hosts with the driver of containers."""

    containers: tuple[str, ...] = ("hv1", "hv2")

    def setUp(self) -> None:
        ground().folder.chmod(0o711)  # containers' roots are let through to their trees
        super().setUp()
        self.folder.chmod(0o711)

    @property
    def of_host(self) -> dict[str, Any]:  # type: ignore[override]
        found = ground()
        settings = lxc_settings(found.uris, str(found.folder / "cache"))
        return {host: {"compute": {"driver": "lxc"}, **settings} for host in self.containers}

    def boot_container(self, host: str | None = None, **changes: Any) -> str:
        values = {"memory_mb": 32, "image": container_image(), **changes}
        return self.cloud.boot(host, **values)

    def container_folder(self, host: str, uuid: str) -> Path:
        return self.cloud.state(host) / "lxc" / host / "instances" / uuid
