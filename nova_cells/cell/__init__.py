# SPDX-License-Identifier: Apache-2.0
"""A cell: conductor, scheduler and compute agents with a database and a bus of their own."""
