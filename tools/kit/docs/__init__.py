# SPDX-License-Identifier: Apache-2.0
"""Pages written by the program itself; a test says when one of them is out of date."""
