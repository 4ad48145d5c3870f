# SPDX-License-Identifier: Apache-2.0
"""What stands around the application."""

import testtools
from webtest import TestApp

from nova_cells.cli import config
from nova_cells.global_api.app import _behind_proxy


class ProxyTest(testtools.TestCase):
    def test_forwarding_headers_are_believed(self):
        seen = {}

        def inner(environ, start_response):
            seen.update(environ)
            start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "0")])
            return []

        app = TestApp(_behind_proxy(inner, config.load([], [])))
        app.get("/", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "cloud.example"})
        self.assertEqual(("https", "cloud.example"), (seen["wsgi.url_scheme"], seen["HTTP_HOST"]))
