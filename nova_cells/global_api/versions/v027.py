# SPDX-License-Identifier: Apache-2.0
"""2.27: the version is asked for in OpenStack-API-Version; here it is read in every version."""
