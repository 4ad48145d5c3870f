# SPDX-License-Identifier: Apache-2.0
"""How an interface between processes is declared; clients and servers are generated from this.

An interface is a class of annotated, body-less methods. Parameters and results are objects of
`nova_cells.objects`, lists of them, or plain JSON values; the annotation says which.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_METHOD_MARK = "__nova_cells_method__"


@dataclass(frozen=True)
class Parameter:
    """One argument: `kind` is its annotation; `since` the interface version that brought it."""

    name: str
    kind: Any
    default: Any = inspect.Parameter.empty
    since: str = "1.0"

    @property
    def required(self) -> bool:
        """Whether a call must give it."""
        return self.default is inspect.Parameter.empty


@dataclass(frozen=True)
class Method:
    """One method. `deadline` in seconds; `cast` methods have no answer; `fanout` ones reach all."""

    name: str
    since: str
    deadline: float
    cast: bool
    fanout: bool
    parameters: tuple[Parameter, ...]
    returns: Any
    doc: str


@dataclass(frozen=True)
class Interface:
    """A named, versioned set of methods, served on `topic`."""

    name: str
    topic: str
    version: str
    methods: dict[str, Method] = field(default_factory=dict)


INTERFACES: dict[str, Interface] = {}


def method(
    *,
    since: str = "1.0",
    deadline: float = 10.0,
    cast: bool = False,
    fanout: bool = False,
    added: dict[str, str] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a method of an interface.

    `added` names parameters that came later than the method: name → interface version. Such a
    parameter has a default and is left out when the peer is older.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        setattr(function, _METHOD_MARK, (since, deadline, cast, fanout, added or {}))
        return function

    return mark


def interface(*, name: str, topic: str, version: str) -> Callable[[type], type]:
    """Declare an interface; the class gets its `Interface` as attribute `interface`."""

    def declare(cls: type) -> type:
        methods = {
            attribute: _read(function)
            for attribute, function in vars(cls).items()
            if hasattr(function, _METHOD_MARK)
        }
        declared = Interface(name=name, topic=topic, version=version, methods=methods)
        INTERFACES[name] = declared
        cls.interface = declared  # type: ignore[attr-defined]
        return cls

    return declare


def _read(function: Callable[..., Any]) -> Method:
    since, deadline, cast, fanout, added = getattr(function, _METHOD_MARK)
    hints = typing.get_type_hints(function)
    returns = hints.pop("return", None)
    parameters = tuple(
        Parameter(name, hints[name], parameter.default, added.get(name, since))
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    )
    return Method(
        name=function.__name__,
        since=since,
        deadline=deadline,
        cast=cast,
        fanout=fanout,
        parameters=parameters,
        returns=returns,
        doc=inspect.getdoc(function) or "",
    )


def interface_versions() -> dict[str, tuple[str, str]]:
    """What this process speaks: interface → (lowest, newest). Travels with heartbeats."""
    return {name: ("1.0", declared.version) for name, declared in INTERFACES.items()}
