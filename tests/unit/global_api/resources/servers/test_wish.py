# SPDX-License-Identifier: Apache-2.0
"""Bodies of POST /servers become wishes, or are refused by the name of a field."""

from __future__ import annotations

import testtools
from hypothesis import given, settings
from hypothesis import strategies as st

from nova_cells.global_api.faults import ApiFault, BadRequest
from nova_cells.global_api.resources.servers import wish
from nova_cells.global_api.resources.servers.schemas import CREATE
from nova_cells.global_api.versions import load

IMAGE = "11111111-2222-3333-4444-555555555555"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=8), parts),
    max_leaves=8,
)
FIELDS = st.sampled_from(sorted(CREATE.head["properties"]["server"]["properties"]))


class WishTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        load()

    def read(self, hints=None, **server):
        base = {"name": "n", "flavorRef": "f", "imageRef": IMAGE, "networks": "none"}
        body = {"server": {**base, **server}}
        if hints is not None:
            body["os:scheduler_hints"] = hints
        return wish.read(CREATE.accept(body))

    def refused(self, word, **server):
        self.assertIn(word, self.assertRaises(BadRequest, self.read, **server).message)

    def test_the_least(self):
        found = self.read()
        self.assertEqual(("n", "f", IMAGE, 1, 1), (*_names(found), found.least, found.most))
        self.assertFalse(found.depends_on_limits)
        self.assertFalse(found.names_a_host or found.requests_a_host)

    def test_references_may_be_links(self):
        found = self.read(flavorRef="http://x/flavors/7", imageRef=f"http://x/images/{IMAGE}")
        self.assertEqual(("n", "7", IMAGE), _names(found))
        self.assertEqual("7", self.read(flavorRef=7).flavor)

    def test_zones_with_hosts(self):
        for text, expected in (
            ("az", ("az", None, None)),
            ("az:host", ("az", "host", None)),
            ("az:host:node", ("az", "host", "node")),
            ("az::node", ("az", None, "node")),
            (":host", (None, "host", None)),
        ):
            found = self.read(availability_zone=text)
            self.assertEqual(expected, (found.zone, found.forced_host, found.forced_node))
            self.assertIs(":" in text, found.names_a_host)
        self.refused("availability_zone", availability_zone="a:b:c:d")
        self.refused("availability_zone", availability_zone="a:b", host="c")

    def test_counts(self):
        for given_, expected in (
            ({"min_count": 2}, (2, 2)),
            ({"max_count": "3"}, (1, 3)),
            ({"min_count": "2", "max_count": 3}, (2, 3)),
            ({"max_count": 10**6}, (1, wish.MOST_AT_ONCE)),
        ):
            found = self.read(**given_)
            self.assertEqual(expected, (found.least, found.most))
        self.refused("min_count", min_count=2, max_count=1)
        self.refused("min_count", min_count=10**6)

    def test_hints(self):
        found = self.read(hints={"group": IMAGE, "query": "[]"})
        self.assertEqual(IMAGE, found.group)
        self.assertEqual({"group", "query"}, set(found.hints))

    @settings(max_examples=300, deadline=None)
    @given(field=FIELDS, value=JSON, minor=st.sampled_from((1, 32, 36, 42, 57, 90, 104)))
    def test_no_value_of_any_field_breaks_it(self, field, value, minor):
        body = {"server": {"name": "n", "flavorRef": "f", "imageRef": IMAGE, field: value}}
        try:
            wish.read(CREATE.accept(body, minor))
        except ApiFault as fault:
            self.assertLess(fault.code, 500)


def _names(found):
    return found.name, found.flavor, found.image
