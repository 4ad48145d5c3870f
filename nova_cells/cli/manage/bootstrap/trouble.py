# SPDX-License-Identifier: Apache-2.0
"""Why a cell could not be made; the text is for operators and names no password."""


class Trouble(Exception):
    """Nothing was left behind."""
