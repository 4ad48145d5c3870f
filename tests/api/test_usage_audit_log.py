# SPDX-License-Identifier: Apache-2.0
"""The usage audit log: an empty one, of the month before."""

from __future__ import annotations

from tests.api.host_case import HostCase
from tests.api.side_case import BAD, DENIED, MEMBER, NEWEST, OUTSIDER, READER

PATH = "/os-instance_usage_audit_log"


class UsageAuditLogTest(HostCase):
    def test_no_host_has_run(self) -> None:
        for version in (1, NEWEST):
            listed = self.get(PATH, version, status=200).body["instance_usage_audit_logs"]
            shown = self.get(f"{PATH}/2026-01-15%2010:11:12", version, status=200)
            log = shown.body["instance_usage_audit_log"]
            self.assertEqual(set(listed), set(log))
            self.assertEqual(
                {
                    "period_beginning": "2025-12-01 00:00:00",
                    "period_ending": "2026-01-01 00:00:00",
                    "num_hosts": 3,
                    "num_hosts_done": 0,
                    "num_hosts_running": 0,
                    "num_hosts_not_run": 3,
                    "hosts_not_run": ["h1", "h2", "h3"],
                    "total_instances": 0,
                    "total_errors": 0,
                    "overall_status": "0 of 3 hosts done. 0 errors.",
                    "log": {},
                },
                log,
            )

    def test_moments(self) -> None:
        for text, beginning in (
            ("2026-03-01%2000:00:00", "2026-02-01 00:00:00"),
            ("2026-03-31%2023:59:59.999999", "2026-02-01 00:00:00"),
            ("0001-02-01%2000:00:00", "0001-01-01 00:00:00"),
            ("9999-12-31%2000:00:00", "9999-11-01 00:00:00"),
        ):
            log = self.get(f"{PATH}/{text}", status=200).body["instance_usage_audit_log"]
            self.assertEqual(beginning, log["period_beginning"])

    def test_bad_moments(self) -> None:
        for text in ("x", "2026-01-01", "2026-13-01%2000:00:00", "0001-01-09%2000:00:00", "1"):
            self.refused(BAD, self.get(f"{PATH}/{text}"))

    def test_unknown_parameters(self) -> None:
        self.get(f"{PATH}?x=1", 101, status=200)
        self.refused(BAD, self.get(f"{PATH}?x=1", 102))

    def test_who_may(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            for path in (PATH, f"{PATH}/2026-01-01%2000:00:00", f"{PATH}/x"):
                self.refused(DENIED, self.get(path, as_=who))
