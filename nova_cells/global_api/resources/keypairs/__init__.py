# SPDX-License-Identifier: Apache-2.0
"""Key pairs of a user."""
