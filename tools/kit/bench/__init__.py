# SPDX-License-Identifier: Apache-2.0
"""Measurements: each module has `run() -> dict` with figures named by their unit."""
