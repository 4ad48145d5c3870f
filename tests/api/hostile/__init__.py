# SPDX-License-Identifier: Apache-2.0
"""Thousands of wrong requests, made from the declarations themselves.

A body is a valid example of its schema with something spoilt; whether it is then still valid is
decided by another validator than ours. A new operation is among those attacked by being declared.
"""
