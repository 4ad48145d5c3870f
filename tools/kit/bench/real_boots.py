# SPDX-License-Identifier: Apache-2.0
"""What boots of real guests from a cached image cost us, and what the agent of twenty weighs.

Conductor and agent are one process here, so that its memory is more than an agent's. Its CPU time
counts, and that of the programs it runs (qemu-img, mkfs); libvirt and QEMU do what they would do
for anybody. Guests of a kernel of their own are held once they are active, the others halt by
themselves: their work is not measured.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kit import paths

sys.path.insert(0, str(paths.TOOLS.parent))

from nova_cells.objects import ImageFacts
from tests.real.cloud import RealCloud
from tests.real.ground import ground
from tests.real.small_images import SmallImages

GUESTS, BOOTS, HOST = 20, 6, "hv1"
ROOM = {"capacity": {"cpu_allocation_ratio": 64.0}}


def run() -> dict[str, Any]:
    """CPU milliseconds of a boot, MiB of the process."""
    stand = ground()
    folder = Path(tempfile.mkdtemp(dir=stand.folder))
    cloud = RealCloud(stand, folder, hosts=(HOST,), options=ROOM)
    try:
        cloud.start()
        fresh = _memory()
        small = SmallImages(stand.images, "bench").of("raw")
        real = [_boot(cloud, stand.guest, held=True, config_drive=True) for _ in range(BOOTS)]
        many = [_boot(cloud, small, held=False, memory_mb=64) for _ in range(GUESTS - BOOTS)]
        idle = _idle(10.0)
        alone = _agent_alone(cloud)
        return {
            "boot_cpu_ms_median": round(statistics.median(real[1:])),
            "boot_cpu_ms_first_with_download": round(real[0]),
            "boot_of_a_tiny_image_cpu_ms_median": round(statistics.median(many[1:])),
            "guests": len(cloud.driver(HOST).machines()),
            "with_conductor_memory_mib_before": fresh,
            "with_conductor_memory_mib": _memory(),
            **alone,
            "idle_cpu_percent_with_them": idle,
        }
    finally:
        cloud.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _boot(cloud: RealCloud, image: ImageFacts, *, held: bool, **changes: Any) -> float:
    began = _cpu()
    uuid = cloud.boot(HOST, image=image, **changes)
    spent = _cpu() - began
    if held:
        cloud.driver(HOST).pause(uuid)
    return spent * 1000


def _cpu() -> float:
    """Seconds of this process and of children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _idle(seconds: float) -> float:
    began = _cpu()
    time.sleep(seconds)
    return round((_cpu() - began) / seconds * 100, 1)


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def _agent_alone(cloud: RealCloud) -> dict[str, Any]:
    """The memory of an agent's process of its own, on the folder and the guests of the cloud's."""
    cloud.stop_agent(HOST)
    words = [sys.executable, "-m", "kit.bench.agent_alone", HOST, str(cloud.state(HOST))]
    told = json.dumps({"uris": cloud.ground.uris, "deployment": cloud.deployment})
    environment = {**os.environ, "PYTHONPATH": f"{paths.TOOLS}:{paths.TOOLS.parent}"}
    done = subprocess.run(
        words, input=told, capture_output=True, text=True, check=True, env=environment
    )
    cloud.start_agent(HOST)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
