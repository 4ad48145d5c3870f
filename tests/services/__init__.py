# SPDX-License-Identifier: Apache-2.0
"""Twins of the services beside this one, for tests that can't have the real ones."""
