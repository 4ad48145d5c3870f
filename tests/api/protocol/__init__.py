# SPDX-License-Identifier: Apache-2.0
"""The rules that hold for every operation."""
