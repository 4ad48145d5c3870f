# SPDX-License-Identifier: Apache-2.0
"""Chooses the identity client the configuration asks for."""

from __future__ import annotations

from oslo_config import cfg

from nova_cells.clients.identity.interface import Identity, NoIdentity


def from_conf(conf: cfg.ConfigOpts) -> Identity:
    """Keystone where [keystone] auth_url names one. Nothing is asked of it yet."""
    if not conf.keystone.auth_url:
        return NoIdentity()
    from nova_cells.clients.identity.keystone import Keystone  # needs HTTP libraries

    return Keystone(conf.keystone)
