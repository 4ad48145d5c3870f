# SPDX-License-Identifier: Apache-2.0
"""JSON to and from a service in somebody's name, for filling a stack with things and looking."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any


class Refused(RuntimeError):
    """A service said no; `status` is its code."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class Rest:
    """One service at its address; `version` is what OpenStack-API-Version says."""

    def __init__(self, url: str, token: str, version: str = "") -> None:
        self._url = url
        self._headers = {"X-Auth-Token": token, "Content-Type": "application/json"}
        if version:
            self._headers["OpenStack-API-Version"] = version
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(self, path: str) -> Any:
        return self._call("GET", path)

    def post(self, path: str, body: Any) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._call("PUT", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

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
            headers=self._headers,
        )
        try:
            with self._opener.open(request, timeout=120) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:600]
            raise Refused(f"{method} {path}: {error.code} {said}", error.code) from error
        return json.loads(text) if text else None
