# SPDX-License-Identifier: Apache-2.0
"""Names become labels a guest can have."""

import re

import testtools
from hypothesis import given
from hypothesis import strategies as st

from nova_cells.global_api.resources.servers.hostnames import hostname_of

UUID = "11111111-2222-3333-4444-555555555555"


class HostnameTest(testtools.TestCase):
    def test_examples(self):
        for name, expected in (
            ("web", "web"),
            ("Web 1", "web-1"),
            ("a_b.c", "a-b-c"),
            ("-a-", "a"),
            ("ünï", "n"),
            ("☃", f"server-{UUID}"),
            ("x" * 80, "x" * 63),
            ("x" * 62 + "--y", "x" * 62),
        ):
            self.assertEqual(expected, hostname_of(name, UUID))

    @given(st.text(min_size=1, max_size=255))
    def test_any_name_gives_a_label(self, name):
        self.assertTrue(
            re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", hostname_of(name, UUID))
        )
