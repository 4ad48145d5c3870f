# SPDX-License-Identifier: Apache-2.0
"""How the test suites are installed for, run, counted and timed."""
