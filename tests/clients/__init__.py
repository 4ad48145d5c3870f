# SPDX-License-Identifier: Apache-2.0
"""Real clients against running clouds: the openstack and nova shells, and openstacksdk."""
