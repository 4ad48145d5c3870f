# SPDX-License-Identifier: Apache-2.0
"""What has to fit before a server is wished for."""

import base64

import testtools

from nova_cells.global_api.faults import BadRequest, Forbidden, QuotaExceeded
from nova_cells.global_api.resources.servers import checks
from nova_cells.objects import Flavor, ImageFacts


def flavor(**more):
    values = {"flavorid": "1", "name": "f", "vcpus": 1, "memory_mb": 512, "root_gb": 1}
    return Flavor(**{**values, **more})


def image(**more):
    return ImageFacts(id="i", **more)


class CheckTest(testtools.TestCase):
    def refused(self, words, found, asked):
        fault = self.assertRaises(BadRequest, checks.image_fits, found, asked)
        self.assertIn(words, fault.message)

    def test_images_that_fit(self):
        checks.image_fits(image(min_disk=1, min_ram=512, size=2**30), flavor())
        checks.image_fits(image(min_disk=9, size=2**40), flavor(root_gb=0))

    def test_images_that_do_not(self):
        self.refused("memory", image(min_ram=513), flavor())
        self.refused("minimum size", image(min_disk=2), flavor())
        self.refused("disk is too small", image(size=2**30 + 1), flavor())
        self.refused("not active", image(status="queued"), flavor())

    def test_images_that_ask_for_nonsense_or_for_another_thing_than_the_flavor(self):
        self.refused("'punch-card'", image(properties={"hw_disk_bus": "punch-card"}), flavor())
        asked = flavor(extra_specs={"hw:tpm_version": "1.2"})
        self.refused("hw_tpm_version", image(properties={"hw_tpm_version": "2.0"}), asked)

    def test_zero_disk(self):
        checks.disk_may_be_unlimited(flavor(), allowed=False)
        checks.disk_may_be_unlimited(flavor(root_gb=0), allowed=True)
        zero = flavor(root_gb=0)
        self.assertRaises(Forbidden, checks.disk_may_be_unlimited, zero, allowed=False)

    def test_lists_in_their_limits(self):
        checks.metadata_in_limits({"a": "b"}, {"metadata_items": 1})
        checks.metadata_in_limits({"a": "b"}, {"metadata_items": -1})
        checks.metadata_in_limits({"a": "b"}, {})
        limits = {"metadata_items": 0}
        self.assertRaises(QuotaExceeded, checks.metadata_in_limits, {"a": "b"}, limits)
        file = {"path": "/ab", "contents": base64.b64encode(b"abc").decode()}
        for name, enough in (
            ("injected_files", 1),
            ("injected_file_path_bytes", 3),
            ("injected_file_content_bytes", 3),
        ):
            checks.files_in_limits([file], {name: enough})
            limits = {name: enough - 1}
            self.assertRaises(QuotaExceeded, checks.files_in_limits, [file], limits)
