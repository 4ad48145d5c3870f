# SPDX-License-Identifier: Apache-2.0
"""No token, password or body of a request gets into a log or a fault, at any level of logging."""

from __future__ import annotations

import contextlib
import logging

from nova_cells.clients.service_faults import ServiceFault
from nova_cells.runtime import context as contexts
from tests.unit.clients.calling.case import MIA, CallingCase
from tests.unit.clients.calling.far_service import hangs_up, says

CHAP = "chap-of-a-volume"
SECRETS = ("mias-token", "own-token", "sesame", CHAP)


class Kept(logging.Handler):
    """Every line, as a file would have it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))


class SecretsTest(CallingCase):
    def setUp(self) -> None:
        super().setUp()
        self.log = Kept()
        root = logging.getLogger()
        root.addHandler(self.log)
        self.addCleanup(root.removeHandler, self.log)
        known = [logging.getLogger(name) for name in root.manager.loggerDict]
        for each in [root, *known]:
            # A process that was configured keeps the libraries quiet.
            self.addCleanup(each.setLevel, each.level)
            each.setLevel(logging.DEBUG if each is root else logging.NOTSET)

    def test_nothing_leaks(self) -> None:
        echo = {"badRequest": {"message": f"bad connector {{'auth_password': '{CHAP}'}}"}}
        service = self.service(connect_retries=0, breaker_failures=100, breaker_requests=100)
        told = ""
        deeds = [says(200, {"connection_info": CHAP}), says(401, {}), says(400, echo)]
        deeds += [says(500, echo), hangs_up, says(200, b"no json " + CHAP.encode())]
        for deed in deeds:
            for caller in (MIA, None):
                self.far.script = [deed]
                with contextlib.suppress(ServiceFault):
                    try:
                        service.put("/a?token=x", {"connection_info": {"secret": CHAP}}, caller)
                    except ServiceFault as fault:
                        told += f"{fault} {fault!r} {fault.message} {fault.detail}"
                        raise
        self.assertGreater(len(self.log.lines), 8)
        for secret in SECRETS:
            self.assertNotIn(secret, "\n".join(self.log.lines))
            self.assertNotIn(secret, told)

    def test_both_request_ids_are_in_the_line(self) -> None:
        self.far.script = [says(409, {}), says(404, {}), says(503, {})]
        service = self.service(connect_retries=0)
        with contexts.use(contexts.RequestContext(request_id="req-ours")):
            for ask in (service.post, service.put, service.delete):
                with contextlib.suppress(ServiceFault):
                    ask("/a", again=False)
        lines = [line for line in self.log.lines if "service: " in line]
        self.assertEqual(3, len(lines))
        for line in lines:
            self.assertIn("req-ours", line)
            self.assertIn("req-theirs", line)
