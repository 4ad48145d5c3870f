# SPDX-License-Identifier: Apache-2.0
"""The nouns that travel between processes. Importing this package registers all of them."""

from nova_cells.objects.action import ActionEvent, ActionRecord
from nova_cells.objects.base import Object, Registry, newest_versions
from nova_cells.objects.console import Console, ConsoleGrant, ConsoleTarget
from nova_cells.objects.diagnostics import Diagnostics
from nova_cells.objects.fault import Fault
from nova_cells.objects.feed import CellFacts, FeedItem, PolicyBundle
from nova_cells.objects.flavor import Flavor
from nova_cells.objects.group import GroupPolicy
from nova_cells.objects.host import HostBeat, HostRecord, HostReport, Inventory
from nova_cells.objects.image import ImageFacts
from nova_cells.objects.instance import Instance
from nova_cells.objects.key import KeyFacts
from nova_cells.objects.machine import Machine
from nova_cells.objects.migration import Migration
from nova_cells.objects.passage import Passage
from nova_cells.objects.reply import BuildReply, CancelReply, Welcome
from nova_cells.objects.request_spec import RequestSpec
from nova_cells.objects.verdict import GuestVerdict
from nova_cells.objects.work import HostWork, StepResult, WorkReport

__all__ = [
    "ActionEvent",
    "ActionRecord",
    "BuildReply",
    "CancelReply",
    "CellFacts",
    "Console",
    "ConsoleGrant",
    "ConsoleTarget",
    "Diagnostics",
    "Fault",
    "FeedItem",
    "Flavor",
    "GroupPolicy",
    "GuestVerdict",
    "HostBeat",
    "HostRecord",
    "HostReport",
    "HostWork",
    "ImageFacts",
    "Instance",
    "Inventory",
    "KeyFacts",
    "Machine",
    "Migration",
    "Object",
    "Passage",
    "PolicyBundle",
    "Registry",
    "RequestSpec",
    "StepResult",
    "Welcome",
    "WorkReport",
    "newest_versions",
]
