# SPDX-License-Identifier: Apache-2.0
"""Several real libvirt hosts on one machine: each a libvirtd in namespaces of its own.

A host sees the same file system as everybody else, except for the folders where libvirt keeps its
own things; so a disk has one path for an agent outside and for QEMU inside.
"""
