# SPDX-License-Identifier: Apache-2.0
"""2.17: a server can be made to dump its memory."""
