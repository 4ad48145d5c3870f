# SPDX-License-Identifier: Apache-2.0
"""The real `openstack` client against running clouds."""
