# SPDX-License-Identifier: Apache-2.0
"""Who may do what: `matrix.txt` and `fields.txt` are the tables; every line of them is asked."""
