# SPDX-License-Identifier: Apache-2.0
"""2.6: consoles are asked for at remote-consoles, one request for every kind of console."""
