# SPDX-License-Identifier: Apache-2.0
"""Images on a host: fetched once, checked, looked into before anything is allowed to open them."""
