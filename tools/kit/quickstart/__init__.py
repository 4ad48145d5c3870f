# SPDX-License-Identifier: Apache-2.0
"""tools/quickstart: from a clone to two cells with real guests."""
