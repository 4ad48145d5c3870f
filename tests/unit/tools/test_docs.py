# SPDX-License-Identifier: Apache-2.0
"""Generated pages are up to date, and the history of versions is whole."""

from __future__ import annotations

import unittest
from unittest import mock

from kit.docs import command, microversions

from nova_cells.global_api.versioning import NEWEST, OLDEST


class DocsTest(unittest.TestCase):
    def test_pages_are_up_to_date(self) -> None:
        self.assertEqual([], command.outdated(), "run tools/docs and commit what it writes")

    def test_every_version_has_its_sentence(self) -> None:
        text = microversions.page()
        for minor in range(OLDEST + 1, NEWEST + 1):
            self.assertIn(f"\n## 2.{minor}\n\n", text)

    def test_a_page_that_is_not_made_any_more_is_found(self) -> None:
        wanted = command.pages()
        (name, *_) = [name for name in wanted if name.startswith("api/")]
        fewer = {one: text for one, text in wanted.items() if one != name}
        with mock.patch.object(command, "pages", return_value=fewer):
            self.assertIn(name, command.outdated())
