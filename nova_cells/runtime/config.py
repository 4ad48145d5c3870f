# SPDX-License-Identifier: Apache-2.0
"""Configuration objects of our own; nothing of ours is ever registered on oslo's global one.

So several deployments, or a test beside another, live in one process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from oslo_config import cfg

from nova_cells.runtime import log

OptionGroups = Mapping[str, Sequence[Any]]


def new_config(
    option_groups: OptionGroups, args: Sequence[str] = (), files: Sequence[str] = ()
) -> cfg.ConfigOpts:
    """A private ConfigOpts: `option_groups` is group name → options; "DEFAULT" is a group too.

    The options of logging are on it as well.
    """
    configuration = cfg.ConfigOpts()
    log.register_options(configuration)
    for group, options in option_groups.items():
        configuration.register_opts(list(options), None if group == "DEFAULT" else group)
    configuration(
        list(args),
        project="nova-cells",
        default_config_files=list(files),
        validate_default_values=True,
    )
    return configuration
