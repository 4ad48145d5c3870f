# SPDX-License-Identifier: Apache-2.0
"""The global database: its tables. Statements live in the stores beside what they serve."""
