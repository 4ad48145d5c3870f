# SPDX-License-Identifier: Apache-2.0
"""Suites that need real servers: each store on SQLite, MariaDB and PostgreSQL; the broker."""
