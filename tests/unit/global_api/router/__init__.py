# SPDX-License-Identifier: Apache-2.0
"""Tests of the global side, against cells that follow a script over an in-process bus."""
