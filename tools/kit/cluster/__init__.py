# SPDX-License-Identifier: Apache-2.0
"""tools/cluster: the same cloud as standalone, as the processes operators run."""
