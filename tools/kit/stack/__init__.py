# SPDX-License-Identifier: Apache-2.0
"""The real services our cloud works with, on one machine: identity, images, network, volumes, …"""
