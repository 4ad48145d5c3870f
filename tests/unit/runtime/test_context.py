# SPDX-License-Identifier: Apache-2.0
"""The request that code runs under."""

import unittest

from nova_cells.runtime import context


class ContextTest(unittest.TestCase):
    def test_it_survives_the_wire(self):
        request = context.RequestContext(
            global_request_id="req-g",
            user_id="u",
            project_id="p",
            roles=("a", "b"),
            is_admin=True,
            system_scope="all",
        )
        self.assertEqual(request, context.RequestContext.from_dict(request.to_dict()))

    def test_a_token_stays_here(self):
        request = context.RequestContext(auth_token="not-for-others")
        self.assertNotIn("not-for-others", repr(request) + repr(request.to_dict()))

    def test_what_a_newer_peer_adds_is_ignored(self):
        request = context.RequestContext.from_dict({"request_id": "req-1", "from_the_future": 1})
        self.assertEqual("req-1", request.request_id)

    def test_use_is_nested_and_undone(self):
        outer, inner = context.RequestContext(), context.RequestContext()
        with context.use(outer):
            with context.use(inner):
                self.assertIs(inner, context.current())
            self.assertIs(outer, context.current())
        self.assertIsNone(context.current())
