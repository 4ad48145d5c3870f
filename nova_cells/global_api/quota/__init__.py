# SPDX-License-Identifier: Apache-2.0
"""What projects and users hold. Only the holds' own transaction may change a counter."""
