# SPDX-License-Identifier: Apache-2.0
"""Durable operations: their model, store and engine. Knows nothing of compute."""
