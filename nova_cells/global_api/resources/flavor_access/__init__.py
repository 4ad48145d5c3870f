# SPDX-License-Identifier: Apache-2.0
"""Which projects may use a private flavor."""
