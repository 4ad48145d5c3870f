# SPDX-License-Identifier: Apache-2.0
"""Quota sets: limits of a project and of one user in it."""
