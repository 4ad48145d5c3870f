# SPDX-License-Identifier: Apache-2.0
"""The end of a console log, as the API counts lines: clients split at every newline.

So the newline that ends the last line is left out, or there would be one line more than asked for.
"""

from __future__ import annotations


def last_lines(text: str, lines: int) -> str:
    """The last `lines` lines; the text as it is for -1."""
    if lines < 0:
        return text
    return "\n".join(text.removesuffix("\n").split("\n")[-lines:]) if lines else ""
