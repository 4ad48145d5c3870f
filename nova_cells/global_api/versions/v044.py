# SPDX-License-Identifier: Apache-2.0
"""2.44: fixed and floating IPs and virtual interfaces are gone; here they are in no version."""
