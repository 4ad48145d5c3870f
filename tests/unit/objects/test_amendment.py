# SPDX-License-Identifier: Apache-2.0
"""Edits of metadata and tags keep what somebody else put there."""

import testtools

from nova_cells.objects.amendment import amended

DOCUMENT = {"name": "a", "metadata": {"a": "1", "b": "2"}, "tags": ["x", "y"]}


class AmendmentTest(testtools.TestCase):
    def test_whole_fields(self):
        self.assertEqual({"name": "b", "tags": []}, amended(DOCUMENT, {"name": "b", "tags": []}))

    def test_metadata_is_edited(self):
        changes = {"metadata_set": {"c": "3", "a": "0"}, "metadata_unset": ["b", "none"]}
        self.assertEqual({"metadata": {"a": "0", "c": "3"}}, amended(DOCUMENT, changes))

    def test_tags_are_edited(self):
        changes = {"tags_add": ["z", "x"], "tags_remove": ["y", "none"]}
        self.assertEqual({"tags": ["x", "z"]}, amended(DOCUMENT, changes))

    def test_the_document_itself_is_left_alone(self):
        before = {"metadata": dict(DOCUMENT["metadata"]), "tags": list(DOCUMENT["tags"])}
        amended(DOCUMENT, {"metadata_set": {"c": "3"}, "tags_add": ["z"]})
        self.assertEqual(before["metadata"], DOCUMENT["metadata"])
        self.assertEqual(before["tags"], DOCUMENT["tags"])
