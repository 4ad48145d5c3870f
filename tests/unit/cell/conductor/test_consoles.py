# SPDX-License-Identifier: Apache-2.0
"""Consoles and diagnostics as their cell answers: which server, on which host, for how long."""

from __future__ import annotations

from nova_cells.cell.conductor.console_opts import OPTIONS
from nova_cells.cell.conductor.consoles import url_of
from nova_cells.cell.conductor.head import load
from nova_cells.cell.db import instances
from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects.console import TYPES, digest_of
from tests.unit.cell.conductor.test_actions import ActionCase
from tests.unit.cell.conductor.world import CELL, conf

ABSENT = "00000000-0000-4000-8000-000000000000"


class ConsoleCase(ActionCase):
    def put(self, **fields):
        def work(connection):
            head = load(connection, self.uuid)
            instances.put(connection, {**head.document, **fields}, None)

        self.world.database.write(work)

    def open(self, kind="serial"):
        """The token of a new console."""
        return self.world.cell.console(self.uuid, kind).url.rpartition("token=")[2]

    def refused(self, code, method, *arguments):
        with self.assertRaises(Refused) as caught:
            method(*arguments)
        self.assertEqual(code, caught.exception.code, caught.exception.message)
        return caught.exception


class ConsolesTest(ConsoleCase):
    def test_every_type_has_options_and_a_url(self):
        for kind in TYPES:
            made = self.world.cell.console(self.uuid, kind)
            self.assertEqual(kind, made.type)
            self.assertIn("token", made.url)
            self.assertNotIn("token", repr(made))
        self.refused(FaultCode.UNAVAILABLE_CONSOLE, self.world.cell.console, self.uuid, "xvpvnc")

    def test_a_token_names_its_cell_and_opens_its_server(self):
        token = self.open()
        self.assertEqual(CELL[:8], token[:8])
        self.assertNotEqual(token, self.open())
        grant = self.world.cell.console_grant(digest_of(token))
        host = self.server().host
        self.assertEqual((self.uuid, "serial"), (grant.instance_uuid, grant.type))
        self.assertEqual((host, 5900), (grant.target.host, grant.target.port))

    def test_a_token_ends_and_its_row_goes(self):
        digest = digest_of(self.open())
        self.world.clock.advance(conf().consoleauth.token_ttl - 1)
        self.world.conductor.retention.round()
        self.world.cell.console_grant(digest)
        self.world.clock.advance(1)
        self.refused(FaultCode.NO_SUCH_TOKEN, self.world.cell.console_grant, digest)
        self.world.conductor.retention.round()
        self.assertEqual([], self.world.rows("console_tokens"))

    def test_a_token_ends_with_the_stay_of_its_server(self):
        digest = digest_of(self.open())
        host = self.server().host
        for fields in (
            {"host": "h2" if host == "h1" else "h1"},
            {"task_state": "migrating"},
            {"task_state": "deleting"},
            {"deleted_at": 1},
        ):
            self.put(**fields)
            self.refused(FaultCode.NO_SUCH_TOKEN, self.world.cell.console_grant, digest)
            self.put(host=host, task_state=None, deleted_at=None)
            self.world.cell.console_grant(digest)

    def test_no_token_is_written_down(self):
        token = self.open()
        (row,) = self.world.rows("console_tokens")
        self.assertEqual(digest_of(token), row["digest"])
        self.assertNotIn(token, str(row))


class NotNowTest(ConsoleCase):
    def asked(self):
        yield self.world.cell.console, self.uuid, "novnc"
        yield self.world.cell.diagnostics, self.uuid

    def test_what_is_not_there(self):
        cell = self.world.cell
        self.refused(FaultCode.INSTANCE_NOT_FOUND, cell.console, ABSENT, "novnc")
        self.refused(FaultCode.INSTANCE_NOT_FOUND, cell.diagnostics, ABSENT)
        self.refused(FaultCode.INSTANCE_NOT_FOUND, cell.allows, ABSENT, "attach_share", {})
        self.put(deleted_at=1)
        for question in self.asked():
            self.refused(FaultCode.INSTANCE_NOT_FOUND, *question)

    def test_one_without_a_host(self):
        self.put(host=None)
        for question in self.asked():
            self.assertIn("not ready", self.refused(FaultCode.CONFLICT, *question).message)

    def test_one_that_is_leaving(self):
        for task in ("deleting", "soft-deleting", "migrating"):
            self.put(task_state=task)
            refusal = self.refused(FaultCode.CONFLICT, self.world.cell.console, self.uuid, "novnc")
            self.assertEqual(task, refusal.details["task_state"])

    def test_a_host_that_is_down(self):
        self.host().alive = False
        self.world.pass_time(70)
        for question in self.asked():
            self.refused(FaultCode.HOST_DOWN, *question)

    def test_asking_begins_nothing(self):
        self.put(vm_state="stopped")
        before = self.server().document()
        self.assertEqual(before, self.world.cell.allows(self.uuid, "attach_share", {}).document())
        self.assertEqual(before, self.server().document())
        unknown = (self.world.cell.allows, self.uuid, "dance", {})
        self.refused(FaultCode.NOT_SUPPORTED, *unknown)

    def test_diagnostics_are_the_host_s(self):
        self.assertEqual(self.server().host, self.world.cell.diagnostics(self.uuid).driver)


class UrlTest(ConsoleCase):
    def test_how_a_token_is_added(self):
        for base, kind, expected in (
            ("http://h/vnc.html", "novnc", "http://h/vnc.html?path=%3Ftoken%3Dt"),
            ("http://h/vnc.html?a=b", "novnc", "http://h/vnc.html?a=b&path=%3Ftoken%3Dt"),
            ("ws://h:1/", "serial", "ws://h:1/?token=t"),
            ("http://h/x?a=b#c", "spice-html5", "http://h/x?a=b&token=t#c"),
        ):
            self.assertEqual(expected, url_of(base, kind, "t"))

    def test_every_group_can_be_switched_off(self):
        groups = {group for group, options in OPTIONS.items() if options[0].name == "enabled"}
        self.assertEqual({"vnc", "spice", "serial_console", "mks"}, groups)
