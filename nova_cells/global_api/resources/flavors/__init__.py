# SPDX-License-Identifier: Apache-2.0
"""Flavors: the sizes servers come in."""
