# SPDX-License-Identifier: Apache-2.0
"""What a change of descriptive fields comes to, worked out where the row is locked.

Besides whole fields a change may edit what is there (`metadata_set`, `metadata_unset`, `tags_add`,
`tags_remove`), so that of two clients who each add something neither undoes the other's work.
`volumes_end` (id of a volume → whether it ends with its server) is an edit too.
`lock` ({"by": "owner" or "admin", "reason"}) and `unlock` (whose locks it undoes) look at the lock
that is there: an owner never weakens the lock of an administrator. `at_most` (field → number) is
what the result may have, so that two who each add something together stay below a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

LOCKING = frozenset({"lock", "unlock"})
EDITS = LOCKING | {"metadata_set", "metadata_unset", "tags_add", "tags_remove", "at_most"}
EDITS |= {"volumes_end"}


_METADATA = frozenset({"metadata", "metadata_set", "metadata_unset"})
_TAGS = frozenset({"tags", "tags_add", "tags_remove"})


def action_of(changes: Mapping[str, Any]) -> str | None:
    """The action of the state table a change is; None for what every state allows."""
    if changes.keys() & _METADATA:
        return "update_metadata"
    return "update_tags" if changes.keys() & _TAGS else None


class Fields(Protocol):
    """A document, or anything that gives its fields by name."""

    def __getitem__(self, name: str, /) -> Any: ...


class TooMany(Exception):
    """The change would leave more in `field` than the `most` it may have."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(f"{field} may have {most} at most")
        self.field = field
        self.most = most


def amended(document: Fields, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields to set on `document`, edits applied. Raises TooMany."""
    fields = {name: value for name, value in changes.items() if name not in EDITS}
    if changes.keys() & {"metadata_set", "metadata_unset"}:
        metadata = {**document["metadata"], **changes.get("metadata_set", {})}
        for key in changes.get("metadata_unset", ()):
            metadata.pop(key, None)
        fields["metadata"] = metadata
    if changes.keys() & {"tags_add", "tags_remove"}:
        gone = set(changes.get("tags_remove", ()))
        kept = [tag for tag in document["tags"] if tag not in gone]
        fields["tags"] = list(dict.fromkeys([*kept, *changes.get("tags_add", ())]))
    if ends := changes.get("volumes_end"):
        fields["volumes"] = [_ending(each, ends) for each in document["volumes"]]
    if changes.keys() & LOCKING:
        fields.update(_locked(document["locked_by"], changes))
    for name, most in changes.get("at_most", {}).items():
        if len(fields.get(name, ())) > most:
            raise TooMany(name, most)
    return fields


def _locked(held_by: str | None, changes: Mapping[str, Any]) -> dict[str, Any]:
    if held_by in changes.get("unlock", ()):
        return {"locked_by": None, "locked_reason": None}
    lock = changes.get("lock")
    if lock is None or (held_by and lock["by"] == "owner"):
        return {}
    return {"locked_by": lock["by"], "locked_reason": lock["reason"]}


def _ending(volume: dict[str, Any], ends: Mapping[str, bool]) -> dict[str, Any]:
    known = volume.get("delete_on_termination", False)
    return {**volume, "delete_on_termination": ends.get(volume["id"], known)}
