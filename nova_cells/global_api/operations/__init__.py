# SPDX-License-Identifier: Apache-2.0
"""What takes several cells, as operations of a journal in the global database: see ADR 44."""
