# SPDX-License-Identifier: Apache-2.0
"""The formats of fields."""

import testtools

from nova_cells.global_api.versioning.formats import FORMATS

GOOD = {
    "name": ("a", "a b", "ü☃", "a\u00a0b", "\U0001f600"),
    "loose-name": (" a ",),
    "printable": ("", " ", "a b"),
    "uuid": ("11111111-1111-1111-1111-111111111111", "1" * 32, "ABCDEF12" * 4),
    "base64": ("", "YQ==", "Y\nQ=="),
    "ipv4": ("10.0.0.1",),
    "ipv6": ("::1", "fe80::1"),
    "cidr": ("10.0.0.0/8", "fe80::/10", "10.0.0.1/8"),
}
BAD = {
    "name": ("", " ", " a", "a ", "a\n", "\u0000", "a\u2028b", "\u0085"),
    "loose-name": ("", "  ", "a\nb"),
    "printable": ("a\nb", "\u0007"),
    "uuid": ("", "x", "1" * 31, "1" * 33, "{" + "1" * 32 + "}"),
    "base64": ("a", "====", "ü", "YQ=!"),
    "ipv4": ("", "10.0.0", "10.0.0.256", "::1", "010.0.0.1"),
    "ipv6": ("", "10.0.0.1", ":::"),
    "cidr": ("", "10.0.0.1", "10.0.0.0/33", "x/8"),
}


class FormatTest(testtools.TestCase):
    def test_good_and_bad(self):
        self.assertEqual(set(FORMATS), set(GOOD))
        for cases, expected in ((GOOD, True), (BAD, False)):
            for name, texts in cases.items():
                for text in texts:
                    self.assertIs(expected, FORMATS[name](text), f"{name} {text!r}")
