# SPDX-License-Identifier: Apache-2.0
"""2.4: fixed IPs told whether they were reserved; that API is gone, so nothing changes."""
