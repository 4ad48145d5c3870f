# SPDX-License-Identifier: Apache-2.0
"""2.24: a live migration that runs can be aborted."""
