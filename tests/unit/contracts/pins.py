# SPDX-License-Identifier: Apache-2.0
"""The pinned signatures of interfaces; run as a command it writes them anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nova_cells.contracts import INTERFACES, FaultCode, Interface, Method

FILE = Path(__file__).parent / "signatures.json"


def present() -> dict[str, Any]:
    """What the code says."""
    interfaces = {name: _interface(declared) for name, declared in sorted(INTERFACES.items())}
    return {"interfaces": interfaces, "faults": sorted(str(code) for code in FaultCode)}


def pinned() -> dict[str, Any]:
    """What was agreed."""
    document: dict[str, Any] = json.loads(FILE.read_text())
    return document


def _interface(declared: Interface) -> dict[str, Any]:
    return {
        "version": declared.version,
        "topic": declared.topic,
        "methods": {name: _method(method) for name, method in sorted(declared.methods.items())},
    }


def _method(method: Method) -> dict[str, Any]:
    kind = "fanout" if method.fanout else "cast" if method.cast else "call"
    return {
        "since": method.since,
        "kind": kind,
        "parameters": {
            parameter.name: f"{_text(parameter.kind)} since {parameter.since}"
            for parameter in method.parameters
        },
        "returns": _text(method.returns),
    }


def _text(annotation: Any) -> str:
    return (
        annotation.__name__
        if isinstance(annotation, type) and not hasattr(annotation, "__args__")
        else str(annotation).replace("nova_cells.objects.", "").replace("typing.", "")
    )


if __name__ == "__main__":
    FILE.write_text(json.dumps(present(), indent=1) + "\n")
