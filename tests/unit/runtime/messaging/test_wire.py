# SPDX-License-Identifier: Apache-2.0
"""Objects of two releases meet: made-up versions 1.0 and 1.1 of the same nouns."""

from __future__ import annotations

import json
import unittest
from unittest import mock

from oslo_versionedobjects import fields

from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import Flavor, Instance, base
from nova_cells.runtime.messaging import wire


class InnerOld(base.Object):
    """1.0: has `colour`."""

    VERSION = "1.0"
    fields = {"name": fields.StringField(), "colour": fields.StringField()}

    @classmethod
    def obj_name(cls) -> str:
        return "Inner"


class InnerNew(InnerOld):
    """1.1: `colour` went, `size` and `tags` came."""

    VERSION = "1.1"
    fields = {
        "name": fields.StringField(),
        "size": fields.IntegerField(nullable=True),
        "tags": fields.ListOfStringsField(),
    }
    added = {"1.1": ("size", "tags")}
    removed = {"1.1": {"colour": "grey"}}
    defaults = {"tags": list}


class OuterOld(base.Object):
    """1.0."""

    VERSION = "1.0"
    fields = {
        "one": fields.ObjectField("Inner", nullable=True),
        "many": fields.ListOfObjectsField("Inner"),
    }
    defaults = {"many": list}

    @classmethod
    def obj_name(cls) -> str:
        return "Outer"


class OuterNew(OuterOld):
    """1.1: `note` came."""

    VERSION = "1.1"
    fields = {**OuterOld.fields, "note": fields.StringField(nullable=True)}
    added = {"1.1": ("note",)}


for _cls in (InnerOld, InnerNew, OuterOld, OuterNew):
    base.ovo_base._make_class_properties(_cls)
InnerNew.fields.pop("colour")

OLD = {"Inner": "1.0", "Outer": "1.0"}
NEW = {"Inner": "1.1", "Outer": "1.1"}


class Release:
    """Which classes this process has; objects find each other through the registry."""

    def __init__(self, *classes: type) -> None:
        self._classes = {cls.obj_name(): [cls] for cls in classes}

    def __enter__(self) -> None:
        present = {**base.Registry.obj_classes(), **self._classes}
        self._patch = mock.patch.object(base.Registry, "obj_classes", lambda *_: present)
        self._patch.start()

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


def old_release() -> Release:
    return Release(InnerOld, OuterOld)


def new_release() -> Release:
    return Release(InnerNew, OuterNew)


def sent(value: object, versions: dict[str, str] | None = None) -> object:
    """What arrives: through JSON, as on any bus."""
    return json.loads(json.dumps(wire.encode(value, versions)))


def new_outer() -> OuterNew:
    inner = InnerNew(name="i", size=3, tags=["x"])
    return OuterNew(one=inner, many=[inner], note="n")


class SkewTest(unittest.TestCase):
    def test_a_new_sender_steps_down_for_an_old_reader(self):
        with new_release():
            message = sent(new_outer(), OLD)
        with old_release():
            read = wire.decode(message)
            self.assertIs(OuterOld, type(read))
            self.assertEqual({"name": "i", "colour": "grey"}, read.one.document())
            self.assertEqual("grey", read.many[0].colour)

    def test_an_old_sender_is_completed_by_a_new_reader(self):
        with old_release():
            inner = InnerOld(name="i", colour="red")
            message = sent(OuterOld(one=inner, many=[inner]))
        with new_release():
            read = wire.decode(message)
            self.assertEqual((None, None, []), (read.note, read.one.size, read.many[0].tags))

    def test_each_object_steps_down_by_itself(self):
        with new_release():
            message = sent(new_outer(), {"Inner": "1.0", "Outer": "1.1"})
        self.assertEqual("1.1", message[wire.VERSION])
        self.assertEqual("1.0", message[wire.DATA]["one"][wire.VERSION])
        self.assertIn("note", message[wire.DATA])

    def test_equals_lose_nothing(self):
        with new_release():
            outer = new_outer()
            self.assertEqual(outer.document(), wire.decode(sent(outer, NEW)).document())

    def test_a_newer_reader_is_spoken_to_in_our_newest(self):
        with old_release():
            message = sent(InnerOld(name="i", colour="red"), NEW)
        self.assertEqual("1.0", message[wire.VERSION])

    def test_what_a_newer_minor_added_is_left_aside(self):
        with new_release():
            message = sent(new_outer().one)
            message[wire.DATA]["colour"] = "red"
        with old_release():
            self.assertEqual("i", wire.decode(message).name)

    def test_another_major_is_refused_clearly(self):
        with new_release():
            message = sent(new_outer())
            message[wire.VERSION] = "2.0"
            with self.assertRaises(Refused) as caught:
                wire.decode(message)
        self.assertEqual(FaultCode.UNSUPPORTED_VERSION, caught.exception.code)
        self.assertIn("Outer 2.0", caught.exception.message)

    def test_an_unknown_object_is_refused_clearly(self):
        with new_release():
            message = sent(new_outer())
        with self.assertRaises(Refused) as caught:
            wire.decode(message)
        self.assertIn("Outer", caught.exception.message)

    def test_the_reader_names_all_versions_it_reads(self):
        with new_release():
            self.assertEqual(NEW, wire.versions_of(list[OuterNew]))

    def test_the_envelope_is_that_of_versionedobjects(self):
        with new_release():
            inner = InnerNew(name="i", size=3, tags=["x"])
            ours, theirs = sent(inner), inner.obj_to_primitive()
            theirs.pop("nova_cells_object.changes", None)
        self.assertEqual(theirs, ours)

    def test_plain_values_pass(self):
        value = {"a": [1, None, {"b": "c"}], "d": 2.5}
        self.assertEqual(value, wire.decode(sent(value)))


class RealObjectTest(unittest.TestCase):
    def test_an_instance_survives(self):
        flavor = Flavor(
            id=1,
            flavorid="f",
            name="m1.tiny",
            vcpus=1,
            memory_mb=512,
            root_gb=1,
            extra_specs={"a": "b"},
        )
        instance = Instance(
            uuid="5e1f0f1c-9f4e-4a3c-8a49-0f3f4a6b7c8d",
            epoch=1,
            project_id="p",
            user_id="u",
            name="n",
            hostname="h",
            flavor=flavor,
            reservation_id="r-1",
            created_at=1,
            metadata={"k": "☃"},
        )
        read = wire.decode(sent([instance]))[0]
        self.assertEqual(instance.document(), read.document())
        self.assertIsInstance(read.flavor, Flavor)
