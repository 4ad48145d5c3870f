# SPDX-License-Identifier: Apache-2.0
"""2.12: virtual interfaces told their network; that API is gone, so nothing changes."""
