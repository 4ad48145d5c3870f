# SPDX-License-Identifier: Apache-2.0
"""Runs the parity suites of all drivers and writes down what they showed."""
