# SPDX-License-Identifier: Apache-2.0
"""The answer of a call as it lies on the wire: a value, a refusal, or "it broke".

Part of the protocol between releases: a key is never renamed.
"""

from __future__ import annotations

from typing import Any

from nova_cells.contracts.faults import FaultCode, Refused, Unknown

READS = "_reads"
"""The argument in which a caller says which object versions it reads in the answer."""


def value(result: Any) -> dict[str, Any]:
    return {"value": result}


def refusal(refused: Refused) -> dict[str, Any]:
    return {
        "refused": {
            "code": str(refused.code),
            "message": refused.message,
            "details": refused.details,
        }
    }


def failure(error: BaseException) -> dict[str, Any]:
    """Only the kind of error travels: its text may hold what the caller must not see."""
    return {"failed": type(error).__name__}


def unwrap(answer: Any, label: str) -> Any:
    """The value of an answer; raises the other two outcomes."""
    if not isinstance(answer, dict):
        raise Unknown(f"{label}: an answer of no known form")
    if "value" in answer:
        return answer["value"]
    if "refused" in answer:
        raise _refused(answer["refused"])
    raise Unknown(f"{label}: the peer failed: {answer.get('failed')}")


def _refused(document: dict[str, Any]) -> Refused:
    code = document.get("code")
    details = dict(document.get("details") or {})
    if code not in set(FaultCode):
        details["code_of_peer"] = code
        code = FaultCode.NOT_SUPPORTED
    return Refused(code, document.get("message") or "", **details)
