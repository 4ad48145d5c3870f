# SPDX-License-Identifier: Apache-2.0
"""The compute agent: makes machines on hosts and says what became of them; opens no database."""
