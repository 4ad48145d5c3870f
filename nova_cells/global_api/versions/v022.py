# SPDX-License-Identifier: Apache-2.0
"""2.22: a live migration can be told to complete."""
