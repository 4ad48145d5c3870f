# SPDX-License-Identifier: Apache-2.0
"""All roles in one process over SQLite and an in-process bus: the embedded default."""
