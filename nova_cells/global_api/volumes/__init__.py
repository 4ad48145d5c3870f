# SPDX-License-Identifier: Apache-2.0
"""What the API does with volumes before a cell has them: checks, makes, reserves, and tidies up."""
