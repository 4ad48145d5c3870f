# SPDX-License-Identifier: Apache-2.0
"""What a new cell needs, made by administrators' URLs or taken as it was prepared: all or nothing.

What makes something says how to take it back, and it is taken back if a later step fails.
Passwords are made here, written into one file and shown nowhere.
"""
