# SPDX-License-Identifier: Apache-2.0
"""The suites, in the order they run. A new suite is a new entry here and an env in tox.ini."""

from __future__ import annotations

from dataclasses import dataclass

SERVERS = ("mariadb-server", "postgresql", "rabbitmq-server")
HYPERVISOR = (
    "libvirt-daemon",
    "libvirt-daemon-driver-qemu",
    "libvirt-daemon-driver-lxc",
    "libvirt-daemon-system",
    "libvirt-clients",
    "qemu-system-x86",
    "qemu-utils",
    "ovmf",
    "swtpm",
    "swtpm-tools",
    "zstd",
    "iproute2",
    "dnsmasq-base",
    "ebtables",
    "iptables",
)
GUEST = ("syslinux", "syslinux-common", "mtools", "cpio", "busybox", "dropbear-bin", "kmod")
BROWSER = ("chromium", "novnc")
NETWORK = ("openvswitch-switch", "ovn-central", "ovn-host", "haproxy", "util-linux")
BUILD = ("gcc", "libc6-dev", "python3-dev", "python3-venv", "pkg-config", "libvirt-dev")


@dataclass(frozen=True)
class Suite:
    """One suite: stestr over `path`, or a plain `command`; `minutes` is its budget.

    `around` is a command that runs stestr with servers started before and stopped after it.
    `whole_classes`: what a class of tests sets up is too dear to be made by several workers.
    `services`: companions whose environments it needs, from kit/pins.
    `emulated`: it waits for guests much of its time; `patient`: it may run beside such a one.
    """

    name: str
    minutes: float
    path: str = ""
    command: tuple[str, ...] = ()
    fast: bool = True
    workers: int = 2
    packages: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    whole_classes: bool = False
    services: tuple[str, ...] = ()
    emulated: bool = False
    patient: bool = False


WITH_SERVERS = ("python", "-m", "tests.stores.harness", "--")

SUITES = (
    Suite("lint", 0.5, command=("ruff", "check", "."), patient=True),
    Suite("format", 0.5, command=("ruff", "format", "--check", "."), patient=True),
    Suite("spelling", 0.5, command=("codespell",), patient=True),
    Suite("typing", 4, command=("mypy",), patient=True),
    Suite("unit", 12, path="tests/unit", patient=True),
    Suite("api", 6, path="tests/api", patient=True),
    Suite(
        "browser", 2, path="tests/browser", fast=False, workers=1, packages=BROWSER, patient=True
    ),
    Suite(
        "stores",
        6,
        path="tests/stores",
        fast=False,
        packages=SERVERS,
        around=WITH_SERVERS,
        patient=True,
    ),
    Suite(
        "conformance",
        10,
        command=("python", "tools/conformance", "--few", "3"),
        fast=False,
        services=("keystone", "glance", "tempest"),
        patient=True,
    ),
    Suite(
        "real",
        25,
        path="tests/real",
        fast=False,
        workers=1,
        packages=(*HYPERVISOR, *GUEST, *BROWSER),
        emulated=True,
    ),
    Suite(
        "cluster",
        10,
        path="tests/cluster",
        fast=False,
        workers=1,
        packages=(*SERVERS, *HYPERVISOR, *GUEST),
        services=("keystone", "glance"),
        emulated=True,
    ),
    Suite(
        "stack",
        12,
        path="tests/stack",
        fast=False,
        workers=1,
        packages=("mariadb-server", "rabbitmq-server", *NETWORK, *HYPERVISOR, *GUEST),
        services=("keystone", "glance", "neutron", "cinder", "ironic"),
        emulated=True,
    ),
    Suite("crash", 18, path="tests/crash", fast=False, packages=SERVERS, around=WITH_SERVERS),
    Suite(
        "clients",
        14,
        path="tests/clients",
        fast=False,
        workers=2,
        whole_classes=True,
        patient=True,
        services=("client", "keystone", "glance"),
    ),
)
