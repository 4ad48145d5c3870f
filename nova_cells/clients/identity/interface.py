# SPDX-License-Identifier: Apache-2.0
"""What an identity service can be asked. Every method may raise IdentityUnavailable."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping


class Identity(ABC):
    """Asked with our own credentials, never with a caller's."""

    @abstractmethod
    def has_project(self, project_id: str) -> bool:
        """Whether there is such a project."""

    @abstractmethod
    def registered_limits(self) -> dict[str, int]:
        """Resource name → the limit of a project that has none of its own."""

    @abstractmethod
    def project_limits(self, project_id: str) -> dict[str, int]:
        """Resource name → limit, of those that were set for this project."""

    @abstractmethod
    def register_limits(self, limits: Mapping[str, int]) -> None:
        """Make registered limits; none of them may exist."""

    @abstractmethod
    def limit_project(self, project_id: str, limits: Mapping[str, int]) -> None:
        """Make limits of a project; none of them may exist."""


class NoIdentity(Identity):
    """No Keystone is known: every project is believed, and nothing is limited by it."""

    def has_project(self, project_id: str) -> bool:
        return True

    def registered_limits(self) -> dict[str, int]:
        return {}

    def project_limits(self, project_id: str) -> dict[str, int]:
        return {}

    def register_limits(self, limits: Mapping[str, int]) -> None:
        raise RuntimeError("set [keystone] auth_url")

    def limit_project(self, project_id: str, limits: Mapping[str, int]) -> None:
        raise RuntimeError("set [keystone] auth_url")
