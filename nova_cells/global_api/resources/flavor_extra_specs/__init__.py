# SPDX-License-Identifier: Apache-2.0
"""Extra specs of a flavor: what it asks of a host beyond its size."""
