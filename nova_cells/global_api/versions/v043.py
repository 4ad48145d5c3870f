# SPDX-License-Identifier: Apache-2.0
"""2.43: the proxy for hosts is gone; here it is in no version."""
