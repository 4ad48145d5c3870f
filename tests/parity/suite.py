# SPDX-License-Identifier: Apache-2.0
"""Finds the mix-ins and puts a driver's suite together from what it claims: nobody lists them."""

from __future__ import annotations

import functools
import importlib
import pkgutil

import tests.parity
from nova_cells.cell.compute.drivers.interface import Driver


@functools.cache
def parities() -> tuple[type, ...]:
    """Every mix-in there is, in the order of names."""
    modules = [
        importlib.import_module(f"{tests.parity.__name__}.{found.name}")
        for found in pkgutil.iter_modules(tests.parity.__path__)
    ]
    kinds = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and "capability" in vars(kind)
    }
    return tuple(sorted(kinds, key=lambda kind: kind.__name__))


def claimed(driver: type[Driver]) -> tuple[type, ...]:
    """The mix-ins of what drivers of this type can do."""
    return tuple(kind for kind in parities() if issubclass(driver, kind.capability))  # type: ignore[attr-defined]


def parity_of(driver: type[Driver]) -> type:
    """All that a driver of this type has to pass: to be mixed into its `DriverTestCase`."""
    return type(f"{driver.__name__}Parity", claimed(driver), {})


def parity_that_declares(case: type, test: str) -> type:
    """The mix-in that a test of a driver's suite comes from."""
    for kind in case.__mro__:
        if test in vars(kind) and "capability" in vars(kind):
            return kind
    raise AssertionError(f"{test} comes from no parity mix-in")
