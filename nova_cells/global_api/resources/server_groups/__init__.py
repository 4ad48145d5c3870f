# SPDX-License-Identifier: Apache-2.0
"""Server groups: rules for where servers stand to each other."""
