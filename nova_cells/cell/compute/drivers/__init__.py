# SPDX-License-Identifier: Apache-2.0
"""Hypervisors behind one small interface; a driver sees that interface and objects only."""
