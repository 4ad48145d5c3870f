# SPDX-License-Identifier: Apache-2.0
"""Headers become a version, or are refused."""

import testtools

from nova_cells.global_api.versioning.negotiate import Malformed, negotiate

NEW = "HTTP_OPENSTACK_API_VERSION"
OLD = "HTTP_X_OPENSTACK_NOVA_API_VERSION"


class NegotiateTest(testtools.TestCase):
    def test_ours(self):
        for environ, minor in (
            ({}, 1),
            ({NEW: "compute 2.7"}, 7),
            ({NEW: "COMPUTE 2.7"}, 7),
            ({NEW: "nova 2.7"}, 7),
            ({NEW: " compute  2.7 , volume 3.1"}, 7),
            ({NEW: "compute 2.7,compute 2.9"}, 9),
            ({NEW: "volume 3.1"}, 1),
            ({NEW: "2.7"}, 1),
            ({NEW: "latest"}, 1),
            ({NEW: "compute latest"}, 104),
            ({OLD: "2.104"}, 104),
            ({NEW: "compute 2.7", OLD: "2.9"}, 7),
        ):
            self.assertEqual(minor, negotiate(environ).minor, environ)

    def test_none_of_ours_is_echoed(self):
        for text in ("2.0", "2.105", "1.1", "3.1", "10.1"):
            asked = negotiate({OLD: text})
            self.assertEqual((None, text), (asked.minor, asked.text))

    def test_no_version_at_all(self):
        for text in ("", "2", "2.", ".1", "2.01", "02.1", "2.1.1", "x", "2.1x", "-2.1", "٢.١"):
            self.assertRaises(Malformed, negotiate, {OLD: text})
            self.assertRaises(Malformed, negotiate, {NEW: f"compute {text}"})
