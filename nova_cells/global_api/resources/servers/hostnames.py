# SPDX-License-Identifier: Apache-2.0
"""The hostname a guest gets when nobody names one: made from the server's name."""

from __future__ import annotations

import re

LONGEST = 63


def hostname_of(name: str, uuid: str) -> str:
    """A label of letters, digits and dashes; from the uuid if the name has none of them."""
    text = re.sub(r"[ _.]+", "-", name.strip())
    text = re.sub(r"[^A-Za-z0-9-]", "", text).lower()
    text = re.sub(r"-+", "-", text).strip("-")[:LONGEST].rstrip("-")
    return text or f"server-{uuid}"
