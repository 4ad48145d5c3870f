# SPDX-License-Identifier: Apache-2.0
"""Objects as they lie on the wire, in the version the reader speaks.

The envelope is that of oslo.versionedobjects. A sender steps down by the field history; a reader
takes any minor version of a major it knows: what is missing gets its default, what is new is left.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Mapping
from typing import Any

from oslo_utils import versionutils
from oslo_versionedobjects import fields as ovo_fields

from nova_cells.contracts.faults import FaultCode, Refused
from nova_cells.objects import base

NAME = f"{base.Object.OBJ_SERIAL_NAMESPACE}.name"
NAMESPACE = f"{base.Object.OBJ_SERIAL_NAMESPACE}.namespace"
VERSION = f"{base.Object.OBJ_SERIAL_NAMESPACE}.version"
DATA = f"{base.Object.OBJ_SERIAL_NAMESPACE}.data"

Versions = Mapping[str, str]


def encode(value: Any, versions: Versions | None = None) -> Any:
    """To JSON values; `versions` is what the reader speaks, None the newest of everything."""
    if isinstance(value, base.Object):
        return _encode_object(value, versions)
    if isinstance(value, list | tuple):
        return [encode(item, versions) for item in value]
    return value


def decode(value: Any) -> Any:
    """The inverse of `encode`."""
    if isinstance(value, dict) and NAME in value:
        return _decode_object(value)
    if isinstance(value, list):
        return [decode(item) for item in value]
    return value


def _encode_object(thing: base.Object, versions: Versions | None) -> dict[str, Any]:
    name = thing.obj_name()
    own = thing.__dict__
    data: dict[str, Any] = {}
    for field, attribute, nested, convert in _plan(type(thing)):
        if attribute not in own:
            continue
        value = own[attribute]
        if nested:
            value = encode(value, versions)
        elif convert is not None and value is not None:
            value = convert(thing, field, value)
        data[field] = value
    version = _target(thing, versions)
    if version != thing.VERSION:
        type(thing).step_down(data, version)
    return {NAME: name, NAMESPACE: base.NAMESPACE, VERSION: version, DATA: data}


def _target(thing: base.Object, versions: Versions | None) -> str:
    spoken = versions.get(thing.obj_name()) if versions else None
    if spoken is None or spoken == thing.VERSION:
        return thing.VERSION
    theirs, ours = _tuple(spoken), _tuple(thing.VERSION)
    if theirs[0] < ours[0]:
        raise Refused(
            FaultCode.UNSUPPORTED_VERSION,
            f"the peer speaks {thing.obj_name()} {spoken}, this release {thing.VERSION}",
        )
    return min(spoken, thing.VERSION, key=_tuple)


def _decode_object(primitive: dict[str, Any]) -> base.Object:
    name, version = primitive[NAME], primitive.get(VERSION, "1.0")
    known = base.Registry.obj_classes().get(name)
    if not known or _tuple(version)[0] != _tuple(known[0].VERSION)[0]:
        ours = known[0].VERSION if known else "nothing"
        raise Refused(
            FaultCode.UNSUPPORTED_VERSION,
            f"received {name} {version}; this release speaks {ours}",
        )
    cls: Any = known[0]
    data = primitive[DATA]
    values = {}
    for field, _attribute, nested, _convert in _plan(cls):
        if field in data:
            value = data[field]
            values[field] = decode(value) if nested else value
    thing: base.Object = cls(**values)
    return thing


@functools.lru_cache(maxsize=1024)
def _tuple(version: str) -> tuple[int, ...]:
    converted: tuple[int, ...] = versionutils.convert_version_to_tuple(version)
    return converted


_PLAIN = (
    base.Json,
    ovo_fields.String,
    ovo_fields.Integer,
    ovo_fields.Float,
    ovo_fields.Boolean,
    ovo_fields.List,
    ovo_fields.Dict,
)


_Plan = list[tuple[str, str, bool, Any]]
_plans: dict[str, _Plan] = {}


def _plan(cls: type[base.Object]) -> _Plan:
    """Per field: its name, its attribute, whether objects are in it, how to make it JSON."""
    key = f"{cls.__module__}.{cls.__qualname__}"
    if key not in _plans:
        _plans[key] = _new_plan(cls)
    return _plans[key]


def _new_plan(cls: type[base.Object]) -> _Plan:
    plan = []
    for name, field in cls.fields.items():
        nested = bool(_objects_in(field))
        kind = getattr(field, "AUTO_TYPE", None) or field._type
        convert = None if nested or isinstance(kind, _PLAIN) else field.to_primitive
        plan.append((name, "_obj_" + name, nested, convert))
    return plan


def _objects_in(field: Any) -> set[str]:
    kind = getattr(field, "AUTO_TYPE", None) or field._type
    element = getattr(kind, "_element_type", None)
    if element is not None:
        kind = element._type
    name = getattr(kind, "_obj_name", None)
    return {name} if name else set()


def versions_of(annotation: Any) -> dict[str, str]:
    """Our newest versions of all objects that can be inside a value of this annotation."""
    pending = set(_classes_in(annotation))
    found: dict[str, str] = {}
    while pending:
        name = pending.pop()
        if name in found:
            continue
        cls = base.Registry.obj_classes()[name][0]
        found[name] = cls.VERSION
        for field in cls.fields.values():
            pending |= _objects_in(field)
    return found


def _classes_in(annotation: Any) -> set[str]:
    if isinstance(annotation, type) and issubclass(annotation, base.Object):
        return {annotation.obj_name()}
    return {name for part in typing.get_args(annotation) for name in _classes_in(part)}
