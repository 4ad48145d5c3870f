# SPDX-License-Identifier: Apache-2.0
"""A guest's definition in parts: one file each, a function of the plan that adds to its parent."""
