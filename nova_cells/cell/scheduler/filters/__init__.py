# SPDX-License-Identifier: Apache-2.0
"""One file a filter, under the names operators know; importing a module registers its filters."""
