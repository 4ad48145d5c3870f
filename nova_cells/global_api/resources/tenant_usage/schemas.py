# SPDX-License-Identifier: Apache-2.0
"""The queries of usage: a period, and from 2.40 on a page of the servers in it."""

from __future__ import annotations

import re

from nova_cells.global_api.versioning import Moment, Number, Parameter, QuerySchema
from nova_cells.global_api.versioning.parameters import refusal

_FORM = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?", re.ASCII)


class _End(Moment):
    """One end of a period, in UTC and without a zone; nothing (None) where nothing is said."""

    def one(self, name: str, text: str) -> int | None:  # type: ignore[override]
        if not text:
            return None
        if not _FORM.fullmatch(text):
            raise refusal(name, text, "it is not of the form CCYY-MM-DDThh:mm:ss.NNNNNN")
        return super().one(name, text)


_PERIOD = {"start": _End(last=True), "end": _End(last=True)}
_PAGE = {"limit": Number(last=True), "marker": Parameter(last=True)}

LIST = QuerySchema("tenant_usage.list", {**_PERIOD, **_PAGE, "detailed": Parameter(last=True)})
SHOW = QuerySchema("tenant_usage.show", {**_PERIOD, **_PAGE, "detailed": Parameter(last=True)})
