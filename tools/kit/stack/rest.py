# SPDX-License-Identifier: Apache-2.0
"""JSON to and from a service in an administrator's name, for filling a stack with things."""

from __future__ import annotations

import json
import urllib.request
from typing import Any


class Rest:
    """One service at its address; `key` names the documents of a collection."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._call("PUT", path, body)

    def ensure(self, path: str, name: str, **values: Any) -> dict[str, Any]:
        """The thing of this name in a collection, made when it is not there."""
        plural = path.rpartition("/")[2].replace("-", "_")
        singular = plural.removesuffix("s")
        for found in self.get(f"{path}?name={name}")[plural]:
            if found.get("name") == name:
                return found
        return self.post(path, {singular: {"name": name, **values}})[singular]

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self._url + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"X-Auth-Token": self._token, "Content-Type": "application/json"},
        )
        with self._opener.open(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None
