# SPDX-License-Identifier: Apache-2.0
"""A cell's own database: its tables and the small stores over them. Only conductors open it."""
