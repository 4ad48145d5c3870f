# SPDX-License-Identifier: Apache-2.0
"""A compute control plane built from independent cells; speaks the OpenStack Compute API v2.1."""

__version__ = "1.0.0"
