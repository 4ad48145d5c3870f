# SPDX-License-Identifier: Apache-2.0
"""What an image of a server's disk of 1 GiB needs of memory on its way, read as an agent reads it.

The bytes are those of a file of 1 GiB in the place of a copy; they go to a directory of images,
which reads, hashes and writes each of them.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
import tracemalloc
import uuid
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.libvirt.captures import Captures
from nova_cells.clients.images.local_store import LocalStore
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext

SIZE = 1 << 30
PIECE = 1 << 24


def run() -> dict[str, Any]:
    """MiB at most beyond what there was before, as Python counts and as the kernel does."""
    with tempfile.TemporaryDirectory(prefix="nova-cells-bench-") as name:
        folder, image = Path(name), str(uuid.uuid4())
        captures = Captures(folder, "qcow2")
        with captures.half(image).open("wb") as stream:
            for _ in range(SIZE // PIECE):
                stream.write(os.urandom(PIECE))
        captures.keep(image, captures.half(image))
        store = LocalStore(folder / "images")
        store.create(RequestContext(project_id="p"), ImageFacts(id=image, name="bench"))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        tracemalloc.start()
        began = time.monotonic()
        store.upload(image, "qcow2", captures.pieces(image))
        seconds = time.monotonic() - began
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {
            "traced_peak_mib": round(peak / (1 << 20), 1),
            "resident_growth_mib": (after - before) >> 10,
            "seconds": round(seconds, 1),
        }
