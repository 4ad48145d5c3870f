# SPDX-License-Identifier: Apache-2.0
"""Whole machines as guests, on a real Ironic with nodes of fake hardware: see ground.py."""
