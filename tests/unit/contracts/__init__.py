# SPDX-License-Identifier: Apache-2.0
"""Tests that pin what lies on the wire: fields, fingerprints, signatures."""
