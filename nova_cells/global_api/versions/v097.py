# SPDX-License-Identifier: Apache-2.0
"""2.97: shares can be attached to servers."""
