# SPDX-License-Identifier: Apache-2.0
"""Quota class sets: the limits a project has before its own are set."""
