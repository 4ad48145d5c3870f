# SPDX-License-Identifier: Apache-2.0
"""How another service is called: whose token, where to, how long, how often, and what it meant.

Importing this package loads no HTTP library; `nova_cells.clients.calling.service` does.
"""
