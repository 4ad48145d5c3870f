# SPDX-License-Identifier: Apache-2.0
"""Logging by oslo.log, the request id in every line; libraries are quiet unless they warn."""
