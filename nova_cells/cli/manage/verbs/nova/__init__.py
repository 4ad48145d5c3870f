# SPDX-License-Identifier: Apache-2.0
"""The verbs that deployment tools know from Nova, so that their jobs run as they are."""
