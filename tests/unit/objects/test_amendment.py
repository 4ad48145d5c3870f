# SPDX-License-Identifier: Apache-2.0
"""Edits of metadata and tags keep what somebody else put there."""

import testtools

from nova_cells.objects.amendment import TooMany, amended

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


class LockTest(testtools.TestCase):
    def lock(self, by, held_by=None):
        return amended({"locked_by": held_by}, {"lock": {"by": by, "reason": "why"}})

    def test_a_lock(self):
        self.assertEqual({"locked_by": "owner", "locked_reason": "why"}, self.lock("owner"))
        self.assertEqual({"locked_by": "admin", "locked_reason": "why"}, self.lock("admin"))

    def test_an_administrators_lock_replaces_any_other_and_an_owners_none(self):
        locked = {"locked_by": "admin", "locked_reason": "why"}
        self.assertEqual(locked, self.lock("admin", held_by="owner"))
        self.assertEqual({}, self.lock("owner", held_by="admin"))
        self.assertEqual({}, self.lock("owner", held_by="owner"))

    def test_only_the_locks_named_are_undone(self):
        unlocked = {"locked_by": None, "locked_reason": None}
        self.assertEqual(unlocked, amended({"locked_by": "owner"}, {"unlock": ["owner"]}))
        self.assertEqual({}, amended({"locked_by": "admin"}, {"unlock": ["owner"]}))
        self.assertEqual({}, amended({"locked_by": None}, {"unlock": ["owner"]}))


class LimitTest(testtools.TestCase):
    def test_what_would_be_too_many_is_refused(self):
        for changes in (
            {"metadata_set": {"c": "3"}, "at_most": {"metadata": 2}},
            {"metadata": {"x": "1", "y": "2"}, "at_most": {"metadata": 1}},
            {"tags_add": ["z"], "at_most": {"tags": 2}},
        ):
            self.assertRaises(TooMany, amended, DOCUMENT, changes)

    def test_up_to_the_limit_all_is_well(self):
        changes = {"metadata_set": {"b": "3"}, "at_most": {"metadata": 2}}
        self.assertEqual({"metadata": {"a": "1", "b": "3"}}, amended(DOCUMENT, changes))
