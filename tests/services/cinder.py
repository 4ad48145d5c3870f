# SPDX-License-Identifier: Apache-2.0
"""Cinder's twin: volumes, their attachments and snapshots, as far as anybody here asks for them.

A volume or a snapshot belongs to the project of the token. An attachment is refused where the
volume's status says no, and taken away only for who shows a service's token.
"""

from __future__ import annotations

import ast
from typing import Any

from tests.services.twin import Asked, Document, Refused, Twin, new_id

ACTIONS = (
    "os-migrate_volume_completion",
    "os-extend_volume_completion",
    "os-reimage",
    "os-reset_status",
)

KEY_ID = "00000000-0000-0000-0000-000000000000"
"""Of all its volumes that are encrypted."""


class Cinder(Twin):
    """`making` is what a new volume's status is. A volume that is written over with an image is
    `downloading` until `finish`; `torn` are those that a host got meanwhile.
    """

    host = "cinder.twin.test"

    def __init__(self) -> None:
        super().__init__()
        self.volumes: dict[str, Document] = {}
        self.attachments: dict[str, Document] = {}
        self.snapshots: dict[str, Document] = {}
        self.acted: list[tuple[str, str, Any]] = []
        self.torn: list[str] = []
        self.quota = 1000
        self.making = "available"
        self.zone = "nova"
        self.types = {"__DEFAULT__", "fast"}
        one = "{id}"
        for method, path, do in (
            ("POST", "/volumes", self._make_volume),
            ("GET", "/volumes/detail", self._list_volumes),
            ("GET", f"/volumes/{one}", self._show_volume),
            ("DELETE", f"/volumes/{one}", self._delete_volume),
            ("GET", f"/volumes/{one}/encryption", self._encryption),
            ("POST", f"/volumes/{one}/action", self._act),
            ("POST", "/snapshots", self._make_snapshot),
            ("GET", "/snapshots/detail", self._list_snapshots),
            ("GET", f"/snapshots/{one}", self._show_snapshot),
            ("DELETE", f"/snapshots/{one}", self._delete_snapshot),
            ("POST", f"/snapshots/{one}/action", self._snapshot_is),
            ("POST", "/attachments", self._attach),
            ("GET", "/attachments/detail", self._list_attachments),
            ("GET", f"/attachments/{one}", self._show_attachment),
            ("PUT", f"/attachments/{one}", self._connect),
            ("DELETE", f"/attachments/{one}", self._detach),
            ("POST", f"/attachments/{one}/action", self._complete),
        ):
            self.route(method, path, do)

    def worded(self, refused: Refused) -> Document:
        names = {
            400: "badRequest",
            403: "forbidden",
            404: "itemNotFound",
            409: "conflictingRequest",
        }
        names[413] = "overLimit"
        told = {"code": refused.status, "message": refused.message}
        return {names.get(refused.status, "computeFault"): told}

    def volume(self, project: str | None = None, **changes: Any) -> Document:
        """One that is there."""
        made = {
            "id": new_id(),
            "name": "",
            "status": "available",
            "size": 1,
            "multiattach": False,
            "bootable": "false",
            "availability_zone": self.zone,
            "volume_type": "__DEFAULT__",
            "encrypted": False,
            "migration_status": None,
            "shared_targets": None,
            "service_uuid": new_id(),
            "metadata": {},
            "os-vol-tenant-attr:tenant_id": project,
            **changes,
        }
        self.volumes[made["id"]] = made
        return made

    def awaited_snapshot(self, volume: str, status: str = "creating") -> Document:
        """One that this service waits for, because a host has to take or to merge it."""
        made = {
            "id": new_id(),
            "volume_id": volume,
            "name": None,
            "status": status,
            "progress": "0%",
            "size": 1,
            "metadata": {},
            "os-vol-tenant-attr:tenant_id": self.volumes[volume]["os-vol-tenant-attr:tenant_id"],
        }
        self.snapshots[made["id"]] = made
        return made

    def of_server(self, uuid: str) -> list[Document]:
        return [each for each in self.attachments.values() if each["instance"] == uuid]

    def _shown(self, volume: Document) -> Document:
        mine = [each for each in self.attachments.values() if each["volume_id"] == volume["id"]]
        attached = [
            {
                "attachment_id": each["id"],
                "server_id": each["instance"],
                "device": None,
                "host_name": each["connection_info"].get("host"),
            }
            for each in mine
            if each["status"] == "attached"
        ]
        return {**volume, "attachments": attached}

    def _find(self, asked: Asked, things: dict[str, Document], found: str, name: str) -> Document:
        thing = things.get(found)
        owner = thing and thing.get("os-vol-tenant-attr:tenant_id")
        if thing is None or not (asked.is_admin or owner in (None, asked.project)):
            raise Refused(404, message=f"{name} {found} could not be found.")
        return thing

    def _volume(self, asked: Asked, found: str) -> Document:
        return self._find(asked, self.volumes, found, "Volume")

    def _snapshot(self, asked: Asked, found: str) -> Document:
        return self._find(asked, self.snapshots, found, "Snapshot")

    def _attachment(self, asked: Asked, found: str) -> Document:
        return self._find(asked, self.attachments, found, "Volume attachment")

    def _make_volume(self, asked: Asked) -> Document:
        wish = asked.body["volume"]
        if len(self.volumes) >= self.quota:
            raise Refused(413, message="VolumeLimitExceeded: Maximum number of volumes allowed")
        if wish.get("volume_type") and wish["volume_type"] not in self.types:
            raise Refused(404, message=f"Volume type {wish['volume_type']} could not be found.")
        size, image = wish.get("size"), {}
        if wish.get("snapshot_id"):
            origin = self._snapshot(asked, wish["snapshot_id"])
            if size < origin["size"]:
                raise Refused(400, message="Invalid input received: smaller than its snapshot")
            image = origin.get("image", {})
        if wish.get("imageRef"):
            image = {"image_id": wish["imageRef"]}
        made = self.volume(
            asked.project,
            size=size,
            status=self.making,
            metadata=wish.get("metadata") or {},
            volume_type=wish.get("volume_type") or "__DEFAULT__",
            availability_zone=wish.get("availability_zone") or self.zone,
            bootable="true" if image else "false",
            **({"volume_image_metadata": image} if image else {}),
        )
        return {"volume": self._shown(made)}

    def _listed(self, asked: Asked, things: dict[str, Document]) -> list[Document]:
        wanted = [ast.literal_eval(text) for text in asked.query.get("metadata", ())]
        return [
            each
            for each in things.values()
            if (asked.is_admin or each["os-vol-tenant-attr:tenant_id"] == asked.project)
            and all(part.items() <= each["metadata"].items() for part in wanted)
        ]

    def _list_volumes(self, asked: Asked) -> Document:
        return {"volumes": [self._shown(each) for each in self._listed(asked, self.volumes)]}

    def _show_volume(self, asked: Asked, found: str) -> Document:
        return {"volume": self._shown(self._volume(asked, found))}

    def _encryption(self, asked: Asked, found: str) -> Document:
        if not self._volume(asked, found)["encrypted"]:
            return {}
        return {"provider": "luks", "encryption_key_id": KEY_ID, "control_location": "front-end"}

    def _delete_volume(self, asked: Asked, found: str) -> None:
        volume = self._volume(asked, found)
        free = volume["status"] in ("available", "error") or volume["status"].startswith("error_")
        if not free:
            raise Refused(400, message="Invalid volume: Volume status must be available or error")
        del self.volumes[found]

    def _act(self, asked: Asked, found: str) -> Document | None:
        volume = self._volume(asked, found)
        (action, wish), *_none = asked.body.items()
        if action not in ACTIONS:
            raise Refused(400, message=f"There is no such action: {action}")
        self.acted.append((found, action, wish))
        if action == "os-migrate_volume_completion":
            return {"save_volume_id": found}
        if action == "os-reimage":
            volume.update(status="downloading", writes=wish["image_id"])
        return None

    def finish(self, found: str) -> None:
        """The image is on the volume."""
        volume = self.volumes[found]
        volume["volume_image_metadata"] = {"image_id": volume.pop("writes")}
        self._settle(volume)

    def _make_snapshot(self, asked: Asked) -> Document:
        wish = asked.body["snapshot"]
        volume = self._volume(asked, wish["volume_id"])
        if volume["status"] not in ("available", "in-use"):
            raise Refused(400, message="Invalid volume: status must be available, in-use")
        made = {
            "id": new_id(),
            "volume_id": volume["id"],
            "name": wish.get("name"),
            "status": "available",
            "size": volume["size"],
            "metadata": wish.get("metadata") or {},
            "image": volume.get("volume_image_metadata", {}),
            "os-vol-tenant-attr:tenant_id": asked.project,
        }
        self.snapshots[made["id"]] = made
        return {"snapshot": made}

    def _list_snapshots(self, asked: Asked) -> Document:
        return {"snapshots": self._listed(asked, self.snapshots)}

    def _show_snapshot(self, asked: Asked, found: str) -> Document:
        return {"snapshot": self._snapshot(asked, found)}

    def _delete_snapshot(self, asked: Asked, found: str) -> None:
        self._snapshot(asked, found)
        del self.snapshots[found]

    def _snapshot_is(self, asked: Asked, found: str) -> None:
        self._snapshot(asked, found).update(asked.body["os-update_snapshot_status"])

    def _attach(self, asked: Asked) -> Document:
        wish = asked.body["attachment"]
        volume = self._volume(asked, wish["volume_uuid"])
        uses = [each for each in self.attachments.values() if each["volume_id"] == volume["id"]]
        same = bool(uses) and all(each["instance"] == wish["instance_uuid"] for each in uses)
        allowed = {"available", "downloading"}
        if volume["multiattach"]:
            allowed |= {"in-use", "reserved", "attaching"}
        if volume["status"] not in allowed and not (
            same and volume["status"] in ("in-use", "reserved")
        ):
            raise Refused(
                400,
                message=f"Invalid volume: Volume {volume['id']} status must be available or "
                f"downloading to reserve, but the current status is {volume['status']}.",
            )
        made = {
            "id": new_id(),
            "volume_id": volume["id"],
            "instance": wish["instance_uuid"],
            "status": "reserved",
            "attach_mode": wish.get("mode"),
            "connection_info": {},
            "os-vol-tenant-attr:tenant_id": volume["os-vol-tenant-attr:tenant_id"],
        }
        self.attachments[made["id"]] = made
        if wish.get("connector"):
            self._join(made, wish["connector"])
        self._settle(volume)
        return {"attachment": made}

    def _join(self, attachment: Document, connector: Document) -> None:
        if self.volumes[attachment["volume_id"]]["status"] == "downloading":
            self.torn.append(attachment["volume_id"])
        attachment["status"] = "attaching"
        attachment["connection_info"] = {
            "driver_volume_type": "local",
            "device_path": f"/dev/twin/{attachment['volume_id']}",
            "attachment_id": attachment["id"],
            "volume_id": attachment["volume_id"],
            "host": connector.get("host"),
            "encrypted": self.volumes[attachment["volume_id"]]["encrypted"],
        }

    def _settle(self, volume: Document) -> None:
        """The status of a volume follows from its attachments."""
        states = {
            each["status"]
            for each in self.attachments.values()
            if each["volume_id"] == volume["id"]
        }
        ranks = (("attached", "in-use"), ("attaching", "attaching"), ("reserved", "reserved"))
        volume["status"] = next((to for name, to in ranks if name in states), "available")

    def _list_attachments(self, asked: Asked) -> Document:
        wanted = asked.query.get("instance_id")
        found = [
            each
            for each in self.attachments.values()
            if wanted is None or each["instance"] in wanted
        ]
        return {"attachments": found}

    def _show_attachment(self, asked: Asked, found: str) -> Document:
        return {"attachment": self._attachment(asked, found)}

    def _connect(self, asked: Asked, found: str) -> Document:
        attachment = self._attachment(asked, found)
        self._insist_on_one_connection(attachment)
        self._join(attachment, asked.body["attachment"]["connector"])
        self._settle(self.volumes[attachment["volume_id"]])
        return {"attachment": attachment}

    def _insist_on_one_connection(self, attachment: Document) -> None:
        """Beside another one it can only be made with a connector, never be given one."""
        volume = self.volumes[attachment["volume_id"]]
        uses = [each for each in self.attachments.values() if each["volume_id"] == volume["id"]]
        connected = any(each["connection_info"] for each in uses)
        if len(uses) > 1 and connected and not volume["multiattach"]:
            said = f"Resource conflict: duplicate connectors detected on volume {volume['id']}"
            raise Refused(409, message=said)

    def _complete(self, asked: Asked, found: str) -> None:
        """The real one does not ask for a connection: a server may have no host yet."""
        attachment = self._attachment(asked, found)
        attachment["status"] = "attached"
        self._settle(self.volumes[attachment["volume_id"]])

    def _detach(self, asked: Asked, found: str) -> Document:
        attachment = self._attachment(asked, found)
        if asked.token is not None and "x-service-token" not in asked.headers:
            raise Refused(409, message="Detach volume using the Compute API")
        del self.attachments[found]
        volume = self.volumes.get(attachment["volume_id"])
        if volume is not None:
            self._settle(volume)
        return {"attachments": []}
