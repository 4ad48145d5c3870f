# SPDX-License-Identifier: Apache-2.0
"""States become statuses, and statuses filters."""

import testtools

from nova_cells.global_api.resources.servers.status import states_of, status_of


class StatusTest(testtools.TestCase):
    def test_words(self):
        for vm_state, task_state, status in (
            ("active", None, "ACTIVE"),
            ("active", "powering-off", "ACTIVE"),
            ("active", "rebooting", "REBOOT"),
            ("active", "reboot_started_hard", "HARD_REBOOT"),
            ("stopped", "rebooting_hard", "HARD_REBOOT"),
            ("building", "scheduling", "BUILD"),
            ("stopped", None, "SHUTOFF"),
            ("resized", "resize_reverting", "REVERT_RESIZE"),
            ("active", "resize_finish", "RESIZE"),
            ("error", None, "ERROR"),
            ("error", "rebuilding", "REBUILD"),
            ("soft-delete", None, "SOFT_DELETED"),
            ("paused", "migrating", "MIGRATING"),
            ("melted", None, "UNKNOWN"),
        ):
            self.assertEqual(status, status_of(vm_state, task_state))

    def test_filters(self):
        self.assertEqual((("active",), None), states_of(["ACTIVE"]))
        self.assertEqual((("active", "stopped"), None), states_of(["active", "SHUTOFF"]))
        states, tasks = states_of(["REBOOT"])
        self.assertEqual(("active",), states)
        self.assertIn("reboot_pending", tasks)
        self.assertEqual(((), ()), states_of(["MELTED"]))
