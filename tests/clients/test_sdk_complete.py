# SPDX-License-Identifier: Apache-2.0
"""No resource class of openstacksdk's compute service is left without a test."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import unittest

import openstack.compute.v2 as compute
from openstack.resource import Resource

from tests.clients import test_sdk_admin, test_sdk_elsewhere, test_sdk_server, test_sdk_user
from tests.clients.sdk_case import TRIED

MODULES = (test_sdk_admin, test_sdk_elsewhere, test_sdk_server, test_sdk_user)


class EveryClass(unittest.TestCase):
    def test_every_resource_class_is_tried(self) -> None:
        self.assertEqual([], sorted(str(one) for one in resource_classes() - TRIED))


def resource_classes() -> set[type[Resource]]:
    """What openstack.compute.v2 defines itself."""
    modules = [
        importlib.import_module(f"{compute.__name__}.{found.name}")
        for found in pkgutil.iter_modules(compute.__path__)
    ]
    return {
        one
        for module in modules
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Resource) and one.__module__ == module.__name__
    }
