# SPDX-License-Identifier: Apache-2.0
"""The metadata service: tells guests of themselves, behind a network's proxy or on their host."""
