# SPDX-License-Identifier: Apache-2.0
"""A compute control plane built from independent cells; speaks the OpenStack Compute API v2.1."""

import contextlib
import sys
import warnings

# oslo.service brings eventlet along and its helpers import it where they find it. We never run it,
# and what it says of its own retirement is nothing an operator of ours can act on.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
# Not finding it saves each process of ours 18 MiB. Where a foreign program runs on it, it is there.
sys.modules.setdefault("eventlet", None)  # type: ignore[arg-type]

from oslo_service import backend  # noqa: E402

__version__ = "1.0.0"

# Before anything imports oslo.messaging, which would choose eventlet. Where a foreign program (a
# generator of sample files, say) did so already, nothing of ours is going to run.
with contextlib.suppress(backend.exceptions.BackendAlreadySelected):
    backend.init_backend(backend.BackendType.THREADING)
