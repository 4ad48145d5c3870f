# SPDX-License-Identifier: Apache-2.0
"""Our cloud with real guests on the real services: see base.py."""
