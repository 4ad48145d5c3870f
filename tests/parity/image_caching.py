# SPDX-License-Identifier: Apache-2.0
"""What every driver that fetches images beforehand does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.image_work import ImageCaching


class ImageCachingParity:
    """An image is fetched before a guest needs it."""

    capability = ImageCaching

    def test_an_image_is_fetched_once(self):
        image = self.uncached_image()
        self.assertTrue(self.driver.cache_image(image))
        self.assertFalse(self.driver.cache_image(image))
        self.assertEqual(set(), self.driver.machines())
