# SPDX-License-Identifier: Apache-2.0
"""2.103: os-volumes_boot, another name of servers, is gone; here it is in no version."""
