# SPDX-License-Identifier: Apache-2.0
"""Runs in the clients' own environment: calls a shell's real `main` for each line it is given.

Starting Python and its imports anew would take most of the time of a command; a thousand
commands would not fit. One line of JSON in, `{"words": [...]}`; one out, code, out and err. No
words at all ask which commands there are.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import logging
import sys
from importlib import metadata
from typing import Any

# Where each shell's setup.cfg says its command starts.
MAIN = {"openstack": "openstackclient.shell", "nova": "novaclient.shell"}


def serve(shell: str) -> None:
    main = importlib.import_module(MAIN[shell]).main
    for line in sys.stdin:
        words = json.loads(line)["words"]
        sys.stdout.write(json.dumps(run(main, words) if words else ASKED[shell]()) + "\n")
        sys.stdout.flush()


def run(main: Any, words: list[str]) -> dict[str, Any]:
    """What the command would have printed and ended with."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code
    _forget()
    return {"code": int(code or 0), "out": out.getvalue(), "err": err.getvalue()}


def _forget() -> None:
    """What a run leaves in the process that the next would not find in a process of its own."""
    # A handler on the root logger that writes where stderr was, and the clients of the last user.
    for handler in list(logging.getLogger().handlers):
        logging.getLogger().removeHandler(handler)
    kept = importlib.import_module("osc_lib.clientmanager").ClientCache
    for module in (name for name in list(sys.modules) if name.endswith("clientmanager")):
        for each in vars(getattr(sys.modules[module], "ClientManager", object)).values():
            if isinstance(each, kept):
                each._handle = None


def openstack_commands() -> list[str]:
    """The compute commands of the client, as one types them."""
    entries = metadata.entry_points(group="openstack.compute.v2")
    return [entry.name.replace("_", " ") for entry in entries]


def nova_commands() -> list[str]:
    """The commands of the newest version its shell knows."""
    shell = importlib.import_module(MAIN["nova"]).OpenStackComputeShell()
    versions = importlib.import_module("novaclient").API_MAX_VERSION
    shell.extensions = []
    shell.get_subcommand_parser(versions, argv=[])
    return list(shell.subcommands)


ASKED = {"openstack": openstack_commands, "nova": nova_commands}


if __name__ == "__main__":
    serve(sys.argv[1])
