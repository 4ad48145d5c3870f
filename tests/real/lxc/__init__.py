# SPDX-License-Identifier: Apache-2.0
"""Real containers on the hosts of the real tests."""
