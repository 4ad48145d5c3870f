# SPDX-License-Identifier: Apache-2.0
"""Asking whether a service answers."""

import http.client
import urllib.error
import urllib.request


def answers(url: str) -> bool:
    """Whether anything below 500 comes back within two seconds."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=2):
            return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except (OSError, http.client.HTTPException):
        return False
