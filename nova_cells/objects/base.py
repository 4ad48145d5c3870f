# SPDX-License-Identifier: Apache-2.0
"""The base of everything that travels between processes: versioned fields and their history.

An object states the fields of its newest version and, as data, which version added or removed
one. Senders step down to what a peer has advertised, receivers fill what an older sender did not
know; no object writes conversion code of its own.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from oslo_utils import versionutils
from oslo_versionedobjects import base as ovo_base
from oslo_versionedobjects import fields as ovo_fields

NAMESPACE = "nova_cells"


class Json(ovo_fields.FieldType):  # type: ignore[type-arg]
    """Any JSON value. Used where the public contract itself is free-form (hints, addresses)."""

    @staticmethod
    def coerce(obj: Any, attr: str, value: Any) -> Any:
        return value

    @staticmethod
    def stringify(value: Any) -> str:
        return json.dumps(value, sort_keys=True)


class JsonField(ovo_fields.AutoTypedField):  # type: ignore[type-arg]
    AUTO_TYPE = Json()


class InstantField(ovo_fields.AutoTypedField):  # type: ignore[type-arg]
    """A moment: whole microseconds since 1970-01-01T00:00:00Z."""

    AUTO_TYPE = ovo_fields.Integer()


class SecretField(ovo_fields.AutoTypedField):  # type: ignore[type-arg]
    """Text that must never be shown: its repr is a fixed mask."""

    class _Secret(ovo_fields.String):
        @staticmethod
        def stringify(value: Any) -> str:
            return "'***'"

    AUTO_TYPE = _Secret()


class Registry(ovo_base.VersionedObjectRegistry):
    """Every object class by name; read by fingerprints, negotiation and the wire."""


class Object(ovo_base.VersionedObject, ovo_base.ComparableVersionedObject):
    """A noun with versioned fields.

    `added` maps a version to the fields it brought; `removed` maps a version to the fields it took
    away together with the value an older peer is to be told. Both stay until N-1 knows them.
    """

    OBJ_SERIAL_NAMESPACE = "nova_cells_object"
    OBJ_PROJECT_NAMESPACE = NAMESPACE
    VERSION = "1.0"

    added: ClassVar[dict[str, tuple[str, ...]]] = {}
    removed: ClassVar[dict[str, dict[str, Any]]] = {}
    defaults: ClassVar[dict[str, Any]] = {}

    def __init__(self, **values: Any) -> None:
        super().__init__(None)
        own = self.__dict__
        for name, field in self.fields.items():
            if name in values:
                own["_obj_" + name] = field.coerce(self, name, values.pop(name))
            elif name in self.defaults:
                default = self.defaults[name]
                value = default() if callable(default) else default
                own["_obj_" + name] = field.coerce(self, name, value)
            elif field.nullable:
                own["_obj_" + name] = None
        if values:
            raise TypeError(f"{type(self).__name__} has no field {sorted(values)[0]!r}")

    def obj_make_compatible(self, primitive: dict[str, Any], target_version: str) -> None:
        super().obj_make_compatible(primitive, target_version)
        self.step_down(primitive, target_version)

    @classmethod
    def step_down(cls, primitive: dict[str, Any], target_version: str) -> None:
        """Make the fields of `primitive` those of `target_version`, by the field history."""
        target = versionutils.convert_version_to_tuple(target_version)
        for version, names in cls.added.items():
            if versionutils.convert_version_to_tuple(version) > target:
                for name in names:
                    primitive.pop(name, None)
        for version, values in cls.removed.items():
            if versionutils.convert_version_to_tuple(version) > target:
                for name, value in values.items():
                    primitive.setdefault(name, value)

    @classmethod
    def _obj_from_primitive(cls, context: Any, objver: str, primitive: dict[str, Any]) -> Object:
        self = super()._obj_from_primitive(context, objver, primitive)
        for name, field in cls.fields.items():
            if self.obj_attr_is_set(name):
                continue
            if name in cls.defaults:
                default = cls.defaults[name]
                setattr(self, name, default() if callable(default) else default)
            elif field.nullable:
                setattr(self, name, None)
        self.obj_reset_changes()
        return self

    def replace(self, **changes: Any) -> Any:
        """A copy with some fields changed. What it shares with this is not to be changed."""
        copy = object.__new__(type(self))
        own = copy.__dict__
        own.update(self.__dict__, _changed_fields=set())
        for name, value in changes.items():
            if name not in self.fields:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            own["_obj_" + name] = self.fields[name].coerce(copy, name, value)
        return copy

    def document(self) -> dict[str, Any]:
        """The fields as plain JSON values, nested objects included, without version envelopes."""
        own = self.__dict__
        return {name: _plain(own["_obj_" + name]) for name in self.fields if "_obj_" + name in own}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Any:
        """The inverse of `document`; keys of another version are ignored, missing defaulted."""
        values = {}
        for name, field in cls.fields.items():
            if name in document:
                values[name] = _revive(field, document[name])
        return cls(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, Object):
        return value.document()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _revive(field: Any, value: Any) -> Any:
    if value is None:
        return None
    kind: Any = field.AUTO_TYPE if isinstance(field, ovo_fields.AutoTypedField) else None
    if isinstance(field, ovo_fields.ObjectField):
        return _class_named(kind._obj_name).from_document(value)
    if isinstance(field, ovo_fields.ListOfObjectsField):
        element = _class_named(kind._element_type._type._obj_name)
        return [element.from_document(item) for item in value]
    return value


def _class_named(name: str) -> Any:
    return Registry.obj_classes()[name][0]


def newest_versions() -> dict[str, str]:
    """What this process speaks: object name → newest version. Travels with every heartbeat."""
    return {name: classes[0].VERSION for name, classes in Registry.obj_classes().items()}
