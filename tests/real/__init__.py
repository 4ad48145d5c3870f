# SPDX-License-Identifier: Apache-2.0
"""Tests with real hypervisors and real guests; they need root, libvirt and QEMU."""
