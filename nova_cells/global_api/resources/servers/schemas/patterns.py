# SPDX-License-Identifier: Apache-2.0
"""Regular expressions that callers may have the database try on every row.

The engines behind it backtrack: a repeat inside a repeat takes time that doubles with each letter
of a name, and some engines can't be interrupted. So what may be repeated is kept simple here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nova_cells.global_api.versioning.parameters import Parameter, refusal

MOST_REPEATS = 3
LONGEST = 255

_TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\((?:\?[:=!<>#a-zA-Z]*)?|\)|[*+]\??|\{\d*,?\d*\}\??|\?|\||.",
    re.DOTALL,
)


@dataclass(frozen=True)
class Pattern(Parameter):
    """A regular expression that costs no more than a few walks over each name."""

    def one(self, name: str, text: str) -> str:
        if len(text) > LONGEST:
            raise refusal(name, text, f"it is longer than {LONGEST} characters")
        why = what_is_costly(text)
        if why is not None:
            raise refusal(name, text, why)
        return text


def what_is_costly(pattern: str) -> str | None:
    """Why a pattern could take very long, or None if it can't."""
    repeats, groups, closed = 0, [False], False
    for token in _TOKEN.findall(pattern):
        if token[0] == "\\" and token[1:].isdigit():
            return "it refers back to a group"
        if token[0] in "*+{" and len(token) <= 12 and token != "{":
            repeats += 1
            if closed:
                return "it repeats a group that holds a repeat or a choice"
            groups[-1] = True
        elif token == "|":
            groups[-1] = True
        closed = False
        if token[0] == "(":
            groups.append(False)
        elif token == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] = groups[-1] or closed
    if repeats > MOST_REPEATS:
        return f"it has more than {MOST_REPEATS} repeats"
    return None
