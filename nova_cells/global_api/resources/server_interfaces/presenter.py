# SPDX-License-Identifier: Apache-2.0
"""A server's interface as its port is shown."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]
SHAPE = "interface.show"


def port(nic: Document, request: Any) -> Document:
    """In the form of the version asked for."""
    document = {
        "port_id": nic["id"],
        "net_id": nic["network_id"],
        "mac_addr": nic["mac"],
        "port_state": nic.get("state") or "ACTIVE",
        "fixed_ips": [
            {"ip_address": each["address"], "subnet_id": each.get("subnet_id")}
            for each in nic["addresses"]
        ],
        "tag": nic.get("tag"),
    }
    shown: Document = request.plan.step_back(document, nic)
    return shown


def find(document: Document, port_id: str) -> Document | None:
    """The interface of that port, in a server's head."""
    nics: list[Document] = document.get("nics") or []
    return next((nic for nic in nics if nic["id"] == port_id), None)
