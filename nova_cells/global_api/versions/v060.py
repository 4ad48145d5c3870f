# SPDX-License-Identifier: Apache-2.0
"""2.60: a volume can be attached to several servers."""
