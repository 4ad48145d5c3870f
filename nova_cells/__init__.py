# SPDX-License-Identifier: Apache-2.0
"""A compute control plane built from independent cells; speaks the OpenStack Compute API v2.1."""

from oslo_service import backend

__version__ = "1.0.0"

# Before anything imports oslo.messaging: it would choose eventlet, which is being retired and costs
# every process its import and a warning.
backend.init_backend(backend.BackendType.THREADING)
