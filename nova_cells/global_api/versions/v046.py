# SPDX-License-Identifier: Apache-2.0
"""2.46: answers tell X-OpenStack-Request-ID; here they do in every version."""
