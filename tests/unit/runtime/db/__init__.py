# SPDX-License-Identifier: Apache-2.0
"""Tests of the databases, on SQLite; the same on servers is in tests/stores."""
