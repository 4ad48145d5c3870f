# SPDX-License-Identifier: Apache-2.0
"""Hypervisors: the resource side of compute hosts."""
