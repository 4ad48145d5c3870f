# SPDX-License-Identifier: Apache-2.0
"""Loaded by Schemathesis: texts for the formats of this API, and the version of every request.

A request without its version header would be answered as 2.1 has it, and held against another.
"""

from __future__ import annotations

import base64
import os
from typing import Any

import schemathesis
from hypothesis import strategies as st

WORDS = st.text("abcdefghij 0123456789-_.ü☃", min_size=1, max_size=60).map(str.strip).filter(bool)
ENCODED = st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode())
NETWORKS = st.ip_addresses(v=4).map(lambda address: f"{address}/24")

for _name in ("name", "loose-name", "printable"):
    schemathesis.openapi.format(_name, WORDS)
schemathesis.openapi.format("base64", ENCODED)
schemathesis.openapi.format("cidr", NETWORKS)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Ask for the version that is attacked."""
    case.headers["OpenStack-API-Version"] = os.environ["FUZZED_VERSION"]
