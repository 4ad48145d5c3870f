# SPDX-License-Identifier: Apache-2.0
"""The searchable copy of every server's newest document: it answers lists, cells own the truth."""
