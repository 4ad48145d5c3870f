# SPDX-License-Identifier: Apache-2.0
"""From the query of a list to a question to the index.

Which filters are heeded depends on who asks and in which version; the others are dropped without a
word, as the API has always done. What is heeded and malformed is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from oslo_utils import strutils

from nova_cells.global_api.faults import BadRequest, Forbidden
from nova_cells.global_api.index.query import ServerQuery
from nova_cells.global_api.resources.servers.status import states_of
from nova_cells.global_api.versioning.parameters import Moment, Number, refusal

_FOR_ALL = (
    "all_tenants changes-before changes-since flavor image ip limit locked marker name not-tags "
    "not-tags-any reservation_id sort_dir sort_key status tags tags-any"
)
_LATER = (
    "availability_zone config_drive created_at key_name launched_at power_state progress "
    "task_state terminated_at user_id vm_state"
)
FOR_ALL = frozenset(_FOR_ALL.split())
FOR_ALL_LATER = frozenset(_LATER.split())


@dataclass(frozen=True)
class Asker:
    """Who asks and what the version grants him: all that filters depend on."""

    project_id: str | None
    is_admin: bool
    all_filters: bool
    ip6_for_all: bool
    more_for_all: bool
    unknown_status_refused: bool
    sort_by_lock: bool


def text(name: str, value: str) -> str:
    return value


def number(name: str, value: str) -> int:
    return int(Number(least=None).one(name, value))


def moment(name: str, value: str) -> int:
    return int(Moment().one(name, value))


def boolean(name: str, value: str) -> bool:
    try:
        return bool(strutils.bool_from_string(value, strict=True))
    except ValueError:
        raise refusal(name, value, "it is not a boolean") from None


def drive(name: str, value: str) -> bool:
    """Servers have always shown an empty text for no drive."""
    return value != "" and boolean(name, value)


def disk_config(name: str, value: str) -> str:
    if value.upper() in ("AUTO", "MANUAL"):
        return value.upper()
    return "AUTO" if boolean(name, value) else "MANUAL"


def maybe(name: str, value: str) -> str | None:
    """For states that may be absent."""
    return None if value in ("", "None", "none", "null") else value


def guest(name: str, value: str) -> str:
    """What a hypervisor calls a server is made from its uuid."""
    return value.removeprefix("instance-")


COLUMNS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "access_ip_v4": ("access_ip_v4", text),
    "access_ip_v6": ("access_ip_v6", text),
    "auto_disk_config": ("disk_config", disk_config),
    "availability_zone": ("zone", text),
    "config_drive": ("config_drive", drive),
    "created_at": ("created_at", moment),
    "description": ("description", text),
    "disk_config": ("disk_config", disk_config),
    "display_description": ("description", text),
    "flavor": ("flavor_id", text),
    "host": ("host", text),
    "host_name": ("hostname", text),
    "hostname": ("hostname", text),
    "image": ("image_id", text),
    "image_ref": ("image_id", text),
    "instance_name": ("uuid", guest),
    "instance_type_id": ("flavor_row_id", number),
    "kernel_id": ("kernel_id", text),
    "key_name": ("key_name", text),
    "launch_index": ("launch_index", number),
    "launched_at": ("launched_at", moment),
    "locked": ("locked", boolean),
    "locked_by": ("locked_by", text),
    "node": ("node", text),
    "power_state": ("power_state", number),
    "progress": ("progress", number),
    "ramdisk_id": ("ramdisk_id", text),
    "reservation_id": ("reservation_id", text),
    "root_device_name": ("root_device_name", text),
    "task_state": ("task_state", maybe),
    "terminated_at": ("terminated_at", moment),
    "user_id": ("user_id", text),
    "uuid": ("uuid", text),
    "vm_state": ("vm_state", text),
}

SORTED = {
    "auto_disk_config": "disk_config",
    "availability_zone": "zone",
    "display_description": "description",
    "display_name": "name",
    "image_ref": "image_id",
    "instance_type_id": "flavor_row_id",
}


class Filters:
    """Reads one query for one asker."""

    def __init__(self, given: dict[str, Any], asker: Asker) -> None:
        self._asker = asker
        self._given = {name: value for name, value in given.items() if self._heeded(name)}

    def _heeded(self, name: str) -> bool:
        asker = self._asker
        if asker.all_filters or name in FOR_ALL:
            return True
        if name == "ip6":
            return asker.ip6_for_all
        return asker.more_for_all and name in FOR_ALL_LATER

    @property
    def all_projects(self) -> bool:
        """Whether more than the caller's own project is asked for: naming one is not enough."""
        given = self._given.get("all_tenants")
        return given is not None and (given == "" or boolean("all_tenants", given))

    def question(self, most: int) -> ServerQuery | None:
        """The question, or None if nothing can be the answer."""
        equal = self._equal()
        deleted = self._deleted()
        statuses = self._given.get("status")
        if statuses:
            states, tasks = states_of(statuses)
            if not states:
                return self._no_such_status(statuses)
            if "deleted" in states:
                deleted = self._with_deleted(states)
            equal.setdefault("vm_state", states)
            if tasks is not None:
                equal.setdefault("task_state", tasks)
        project = self._other_project() if self.all_projects else self._asker.project_id
        get = self._given.get
        return ServerQuery(
            project_id=project,
            equal=equal,
            name=get("name") or get("display_name"),
            ip=get("ip"),
            ip6=get("ip6"),
            tags=_tags(get("tags")),
            tags_any=_tags(get("tags-any")),
            not_tags=_tags(get("not-tags")),
            not_tags_any=_tags(get("not-tags-any")),
            metadata=_metadata(get("metadata")),
            changed_since=get("changes-since"),
            changed_before=get("changes-before"),
            deleted=deleted,
            soft_deleted=deleted is not False or "vm_state" in equal,
            sort=self._sort(),
            marker=get("marker"),
            limit=min(get("limit", most), most),
        )

    def _other_project(self) -> str | None:
        return self._given.get("project_id") or self._given.get("tenant_id")

    def _equal(self) -> dict[str, Any]:
        equal = {}
        for name, (column, read) in COLUMNS.items():
            if name in self._given:
                equal[column] = read(name, self._given[name])
        if "soft_deleted" in self._given and boolean("soft_deleted", self._given["soft_deleted"]):
            equal["vm_state"] = "soft-delete"
        return equal

    def _deleted(self) -> bool | None:
        since, before = self._given.get("changes-since"), self._given.get("changes-before")
        if since is not None and before is not None and since > before:
            raise BadRequest("The value of changes-since must be less than that of changes-before.")
        if "deleted" in self._given:
            return boolean("deleted", self._given["deleted"])
        return None if since is not None else False

    def _no_such_status(self, statuses: list[str]) -> None:
        if self._asker.unknown_status_refused:
            raise refusal("status", ",".join(statuses), "there is no such status")

    def _with_deleted(self, states: tuple[str, ...]) -> bool | None:
        if not self._asker.is_admin:
            raise Forbidden("Only administrators may list deleted instances")
        return True if states == ("deleted",) else None

    def _sort(self) -> tuple[tuple[str, str], ...]:
        keys: list[str] = self._given.get("sort_key", [])
        ways: list[str] = self._given.get("sort_dir", [])
        if not keys:
            way = ways[0] if ways else "desc"
            return (("created_at", way), ("uuid", way))
        if len(ways) > len(keys):
            raise BadRequest("Invalid input for query parameters sort_dir: more than sort_key")
        for key in keys:
            if key == "locked" and not self._asker.sort_by_lock:
                raise refusal("sort_key", key, "it is not a key to sort by")
            if key in ("host", "node") and not self._asker.is_admin:
                raise Forbidden(f"Only administrators can sort servers by {key}")
        last = ways[-1] if ways else "desc"
        ways = [*ways, *([last] * (len(keys) - len(ways)))]
        return tuple((SORTED.get(key, key), way) for key, way in zip(keys, ways, strict=True))


def _tags(given: str | None) -> tuple[str, ...]:
    return tuple(given.split(",")) if given else ()


def _metadata(given: list[str] | None) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for document in given or ():
        try:
            pairs = orjson.loads(document)
        except orjson.JSONDecodeError:
            raise refusal("metadata", document, "it is not a JSON object of texts") from None
        if not isinstance(pairs, dict) or not all(isinstance(v, str) for v in pairs.values()):
            raise refusal("metadata", document, "it is not a JSON object of texts")
        wanted.update(pairs)
    return wanted
