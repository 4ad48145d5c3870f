# SPDX-License-Identifier: Apache-2.0
"""Objects are made, copied and turned into documents and back."""

from __future__ import annotations

import unittest

from oslo_versionedobjects import fields

from nova_cells.objects import BuildReply, Fault, HostBeat, base
from nova_cells.objects.base import Registry

UUID = "5e1f0f1c-9f4e-4a3c-8a49-0f3f4a6b7c8d"


class ObjectTest(unittest.TestCase):
    def test_defaults_are_filled_and_not_shared(self):
        one = HostBeat(name="a", identity=UUID, address="x")
        two = HostBeat(name="b", identity=UUID, address="x")
        one.in_hand.append("op")
        self.assertEqual([], two.in_hand)

    def test_a_wrong_name_is_refused(self):
        with self.assertRaises(TypeError):
            HostBeat(name="a", adress="x")

    def test_values_are_coerced(self):
        self.assertEqual(5, Fault(code="5", message="m", created_at=1).code)
        with self.assertRaises(ValueError):
            Fault(code="five", message="m", created_at=1)

    def test_a_document_is_plain_and_comes_back(self):
        reply = BuildReply(uuid=UUID, accepted=False, message="no", trail=[["RamFilter", 0]])
        document = reply.document()
        self.assertIs(dict, type(document))
        self.assertEqual(document, BuildReply.from_document(document).document())

    def test_a_document_of_another_version_is_read(self):
        document = {"uuid": UUID, "accepted": True, "from_the_future": 1}
        reply = BuildReply.from_document(document)
        self.assertEqual((True, []), (reply.accepted, reply.trail))

    def test_replace_leaves_the_original(self):
        reply = BuildReply(uuid=UUID, accepted=True)
        other = reply.replace(accepted=False)
        self.assertEqual((True, False), (reply.accepted, other.accepted))

    def test_secrets_are_not_shown(self):
        secret = base.SecretField()
        self.assertNotIn("hunter2", secret.stringify("hunter2"))
        secrets = [
            (name, field)
            for name, (cls, *_rest) in Registry.obj_classes().items()
            for field, kind in cls.fields.items()
            if isinstance(kind, base.SecretField)
        ]
        self.assertTrue(secrets, "no object has a secret field: is this test still needed?")

    def test_every_field_travels_as_json(self):
        plain = (
            fields.StringField,
            fields.UUIDField,
            fields.IntegerField,
            fields.FloatField,
            fields.BooleanField,
            fields.ListOfStringsField,
            fields.DictOfStringsField,
            fields.ObjectField,
            fields.ListOfObjectsField,
            base.JsonField,
            base.InstantField,
            base.SecretField,
        )
        for name, (cls, *_rest) in Registry.obj_classes().items():
            for field, kind in cls.fields.items():
                self.assertIsInstance(kind, plain, f"{name}.{field}")
