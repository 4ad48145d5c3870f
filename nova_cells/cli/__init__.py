# SPDX-License-Identifier: Apache-2.0
"""The commands. They wire the parts together and are imported by none of them."""
