# SPDX-License-Identifier: Apache-2.0
"""Servers that refuse to run as root run under their package's own account."""

import os
import pwd
import shutil
from pathlib import Path

from kit import say


def switch(account: str) -> dict[str, object]:
    """Arguments for subprocess that drop root for `account`; nothing when we are not root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(account)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def own(folder: Path, account: str) -> Path:
    """Make `folder` the account's, and let it pass through the folders above."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)
        for parent in folder.parents:
            mode = parent.stat().st_mode
            if not mode & 0o001:
                _open(parent, mode)
    return folder


def _open(parent: Path, mode: int) -> None:
    if parent.stat().st_uid != os.geteuid():
        raise say.Trouble(
            f"{parent} cannot be passed by other accounts: choose another --state-dir"
        )
    parent.chmod(mode | 0o011)
