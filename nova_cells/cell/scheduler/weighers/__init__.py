# SPDX-License-Identifier: Apache-2.0
"""One file a weigher (two where they mirror each other); importing a module registers them."""
