# SPDX-License-Identifier: Apache-2.0
"""Our answers against the response schemas that Tempest keeps for every microversion.

They accept minimal rows from 2.69 on, so passing them proves no completeness: see the shape tests.
"""
