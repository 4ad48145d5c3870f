# SPDX-License-Identifier: Apache-2.0
"""2.18: the project in a URL may be left out; here it may in every version."""
