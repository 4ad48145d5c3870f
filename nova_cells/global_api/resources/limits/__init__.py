# SPDX-License-Identifier: Apache-2.0
"""Limits: what a project may use and what it does use, for its own eyes."""
