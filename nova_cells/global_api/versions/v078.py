# SPDX-License-Identifier: Apache-2.0
"""2.78: a server shows its NUMA topology."""
