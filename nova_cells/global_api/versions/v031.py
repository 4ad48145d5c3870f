# SPDX-License-Identifier: Apache-2.0
"""2.31: the tokens of all consoles can be looked up, not only those of RDP."""
