# SPDX-License-Identifier: Apache-2.0
"""What we ask of other services: for each a real client and a local or null twin."""
