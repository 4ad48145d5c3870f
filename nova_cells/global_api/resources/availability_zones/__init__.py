# SPDX-License-Identifier: Apache-2.0
"""Availability zones, as aggregates and hosts make them."""
