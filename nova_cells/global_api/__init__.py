# SPDX-License-Identifier: Apache-2.0
"""The global side: the public API, the router, the index. It knows cells by their bus only."""
