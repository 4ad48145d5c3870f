# SPDX-License-Identifier: Apache-2.0
"""Elements with text. Text never becomes markup: names and properties come from users."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement


def add_text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    """A child with text; answers it."""
    made = SubElement(parent, tag, attributes)
    made.text = text
    return made
