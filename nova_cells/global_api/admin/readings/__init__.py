# SPDX-License-Identifier: Apache-2.0
"""Where each view's figures come from: memory first, bounded pages of the database, then cells.

API and page read the same. Nothing here knows HTTP.
"""
