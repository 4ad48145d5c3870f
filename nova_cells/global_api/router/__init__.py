# SPDX-License-Identifier: Apache-2.0
"""Hands accepted servers to cells and takes over what another process left unfinished."""
