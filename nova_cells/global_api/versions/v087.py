# SPDX-License-Identifier: Apache-2.0
"""2.87: servers that boot from a volume can be rescued."""
