# SPDX-License-Identifier: Apache-2.0
"""A cloud attacked by what it says of itself: tools/fuzz."""
