# SPDX-License-Identifier: Apache-2.0
"""Processes die, stop, lose their broker or database; nothing a user was promised may be lost.

A scenario always ends the same way: wait until the wish has come true, then look into every store
for something left over. Nothing here is mocked; a life is a forked process that ends by os._exit.
"""
