# SPDX-License-Identifier: Apache-2.0
"""Our cloud on a stack as operators run it: a process a role, so that one of them can be killed.

Its host, unless `compute` says another, makes no real guests: it is named after a chassis of the
stack, so that Neutron binds ports there, and what is looked at is what the services have.
"""

from __future__ import annotations

from kit.stack import access, gateway
from kit.stack.rest import Rest
from kit.stack.stack import Stack

from tests.crash.client import until
from tests.crash.life import UNLIMITED
from tests.crash.processes import Deployment
from tests.stack.cloud import NEWEST

OPTIONS = """\
[neutron]
vif_plugging_timeout = 0
vif_plugging_is_fatal = false
"""


class StackRoles(Deployment):
    """API, router, some conductors, one agent, which `compute` configures; `more` is added to
    everybody's configuration.
    """

    def __init__(
        self, stack: Stack, conductors: int = 2, more: str = "", compute: str = ""
    ) -> None:
        self._stack = stack
        self._compute = compute or f"[compute]\nhosts = {gateway.NAME}\n"
        self._more = more
        super().__init__("mariadb", cells=1, hosts=1, conductors=conductors, options=UNLIMITED)

    def client(self, user: str, project: str) -> Rest:
        """Our API as one user of the stack."""
        token = self._stack.catalog().token(user, project)
        return Rest(f"http://127.0.0.1:{self.port}/v2.1", token, NEWEST)

    def ready(self) -> None:
        admin = self.client("admin", "admin")

        def up() -> bool:
            found = admin.get("/os-hypervisors/detail")["hypervisors"]
            return any(each["state"] == "up" for each in found)

        until(lambda: self._answers(admin) and up(), "the host is up", 120)

    def _answers(self, admin: Rest) -> bool:
        try:
            admin.get("/flavors")
        except OSError:
            return False
        return True

    def _files(self) -> None:
        super()._files()
        sections = access.sections(self._stack)
        special = {
            "global": "\n[api]\nauth = keystone\n",
            "east-compute": f"\n{self._compute}",
        }
        for file in self.root.glob("*.conf"):
            if file.stem != "common":
                file.chmod(0o600)
                own = special.get(file.stem, "")
                file.write_text(file.read_text() + sections + own + OPTIONS + self._more)
