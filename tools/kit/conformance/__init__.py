# SPDX-License-Identifier: Apache-2.0
"""Tempest against a standalone cloud with real Keystone and Glance."""
