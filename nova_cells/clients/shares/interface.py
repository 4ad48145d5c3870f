# SPDX-License-Identifier: Apache-2.0
"""What the API asks of a share service, on behalf of a caller.

All raise the faults of `nova_cells.clients.service_faults`. A server's state is checked before.
"""

from __future__ import annotations

import abc
from typing import Any

Document = dict[str, Any]


class ShareService(abc.ABC):
    """`ctx` is the caller's request context, `uuid` a server's."""

    @abc.abstractmethod
    def of(self, ctx: Any, uuid: str) -> list[Document]:
        """The shares of a server: share_id, tag, status, and uuid and export_location."""

    @abc.abstractmethod
    def attach(self, ctx: Any, uuid: str, share_id: str, tag: str) -> Document:
        """Have a server mount a share under a tag when it starts; answers as `of`."""

    @abc.abstractmethod
    def detach(self, ctx: Any, uuid: str, share_id: str) -> None:
        """Have it not mount it any more."""
