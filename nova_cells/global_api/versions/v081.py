# SPDX-License-Identifier: Apache-2.0
"""2.81: the hosts of an aggregate can be told to fetch images beforehand."""
