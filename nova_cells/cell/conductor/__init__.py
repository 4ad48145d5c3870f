# SPDX-License-Identifier: Apache-2.0
"""The conductor: the only process that opens its cell's database, and drives all work in it."""
