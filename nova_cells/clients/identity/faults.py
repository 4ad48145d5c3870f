# SPDX-License-Identifier: Apache-2.0
"""The one thing that goes wrong between us and Keystone: it gives no usable answer."""


class IdentityUnavailable(Exception):
    """Keystone did not answer, or forbids what we ask; the text says which."""
