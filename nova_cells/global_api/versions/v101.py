# SPDX-License-Identifier: Apache-2.0
"""2.101: attaching a volume is 202 without a body."""

from nova_cells.global_api.versioning import gate

gate(101, "2.101-attaching-answers-nothing")
