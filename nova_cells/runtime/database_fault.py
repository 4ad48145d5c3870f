# SPDX-License-Identifier: Apache-2.0
"""The base of what can go wrong with a database, for those who have none: it loads no library."""


class DatabaseFault(Exception):
    """The database itself, not the statement, is the problem."""
