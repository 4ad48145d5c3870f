# SPDX-License-Identifier: Apache-2.0
"""The operations of servers, through the whole stack."""
