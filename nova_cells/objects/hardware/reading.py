# SPDX-License-Identifier: Apache-2.0
"""Reads wishes from image properties and extra specs. One that has no meaning is no wish but a
fault: a guest that silently lacks what it was made for is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from oslo_utils import strutils

from nova_cells.objects.hardware.wishes import FLAGS, FLAVOR_TRAITS, WISHES, Wish

Wishes = Mapping[str, str]
"""Image property → value, whoever asked for it; flags are "true" or "false"."""


class Unfit(Exception):
    """A wish that can't be understood, or two that contradict each other; says which."""


def wishes_of(properties: Mapping[str, str], extra_specs: Mapping[str, str]) -> Wishes:
    """What is asked for; empty values ask for nothing."""
    found: dict[str, str] = {}
    for name, wish in WISHES.items():
        spec = flavor_name(name) if wish.flavor else ""
        values = [
            _value(name, wish, text, asker)
            for asker, text in (
                (f"image property {name}", properties.get(name)),
                (f"extra spec {spec}", extra_specs.get(spec)),
            )
            if text
        ]
        if len(set(values)) > 1 and not wish.image_first:
            raise Unfit(f"The image asks for {name} {values[0]!r}, the flavor for {values[1]!r}.")
        if values:
            found[name] = values[0]
    return found


def hardware_traits(
    properties: Mapping[str, str], extra_specs: Mapping[str, str]
) -> frozenset[str]:
    """What a host has to be able to do for such a guest."""
    wishes = wishes_of(properties, extra_specs)
    needed = {_trait(WISHES[name], value) for name, value in wishes.items()}
    needed |= {FLAVOR_TRAITS[name] for name in extra_specs if name in FLAVOR_TRAITS}
    return frozenset(trait for trait in needed if trait)


def _trait(wish: Wish, value: str) -> str | None:
    return wish.values.get(value, wish.trait)


def flavor_name(name: str) -> str:
    """hw_boot_menu → hw:boot_menu."""
    return name.replace("_", ":", 1)


def _value(name: str, wish: Wish, text: str, asker: str) -> str:
    value = _flag(text) if name in FLAGS else text
    if wish.pattern and re.fullmatch(wish.pattern, value, re.ASCII):
        return value
    if value in wish.values:
        return value
    known = ", ".join([*sorted(wish.values), *([f"as {wish.pattern}"] if wish.pattern else [])])
    raise Unfit(f"The value {text[:64]!r} of the {asker} is unknown. Known: {known}.")


def _flag(text: str) -> str:
    """In one way, or as it is."""
    try:
        return "true" if strutils.bool_from_string(text, strict=True) else "false"
    except ValueError:
        return text
