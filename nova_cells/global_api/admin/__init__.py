# SPDX-License-Identifier: Apache-2.0
"""What administrators see of the fleet: the API below /cells/v1 and the page below /cells.

It reads and changes nothing. No transport URL, argument or fact of an operation leaves by it.
"""
