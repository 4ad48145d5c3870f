# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document as it is served, and whether answers are what it says."""
