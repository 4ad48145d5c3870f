# SPDX-License-Identifier: Apache-2.0
"""Key pairs as the newest version shows them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.resources.keypairs.store import Keypair
from nova_cells.global_api.times import precise


def listed(keypair: Keypair, request: Any) -> dict[str, Any]:
    return {"keypair": request.plan.step_back(_public(keypair))}


def created(keypair: Keypair, private_key: str | None, request: Any) -> dict[str, Any]:
    document = {**_public(keypair), "user_id": keypair.user_id}
    if private_key is not None:
        document["private_key"] = private_key
    return {"keypair": request.plan.step_back(document)}


def shown(keypair: Keypair, request: Any) -> dict[str, Any]:
    document = {
        **_public(keypair),
        "id": keypair.id,
        "user_id": keypair.user_id,
        "created_at": precise(keypair.created_at),
        "updated_at": None,
        "deleted": False,
        "deleted_at": None,
    }
    return {"keypair": request.plan.step_back(document)}


def _public(keypair: Keypair) -> dict[str, Any]:
    return {
        "name": keypair.name,
        "public_key": keypair.public_key,
        "fingerprint": keypair.fingerprint,
        "type": keypair.type,
    }
