# SPDX-License-Identifier: Apache-2.0
"""What a conductor does itself with other services: the desk, and one file for each work.

A work may be asked for twice, by two processes at a time: it looks for what is there already by
server and key, and calls `task.ours()` right before every request that changes something.
"""
