# SPDX-License-Identifier: Apache-2.0
"""The agent as its cell meets it: over a bus, with a fake hypervisor, through restarts."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from unittest.mock import patch

from nova_cells.cell.compute.drivers.fake import Rule
from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.steps import asking
from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.objects.console import TYPES
from nova_cells.runtime.clock import now, seconds
from tests.unit.cell.compute.worlds import AgentCase, a_machine, some_work


def outcomes(report):
    return [result.outcome for result in report.results]


class RunTest(AgentCase):
    def test_a_build_makes_a_running_machine_and_says_so(self):
        self.start()
        machine = a_machine()
        work = some_work(machine, "create_machine", "power_on")
        report = self.done(work)
        self.assertEqual(["done", "done"], outcomes(report))
        self.assertEqual(("h1", machine.uuid, 1), (report.host, report.uuid, report.generation))
        self.assertEqual({"power_state": 1, "node": "h1"}, report.results[1].facts)
        first = report.results[0]
        self.assertLessEqual(first.started_at, first.finished_at)
        self.assertEqual(1, self.driver.power_state(machine.uuid))

    def test_power_and_reboot_and_destroy(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        off = self.done(some_work(machine, "power_off", kind="stop"))
        self.assertEqual(4, off.results[0].facts["power_state"])
        on = self.done(some_work(machine, "reboot", kind="reboot", arguments={"type": "HARD"}))
        self.assertEqual(1, on.results[0].facts["power_state"])
        gone = self.done(some_work(machine, "destroy_machine", kind="delete"))
        self.assertEqual(["done"], outcomes(gone))
        self.assertEqual(set(), self.driver.machines())

    def test_the_first_step_that_does_not_end_well_is_the_last(self):
        self.start()
        self.script.add(Rule(call="define", act="refuse", message="no such format"))
        report = self.done(some_work(a_machine(), "create_machine", "power_on"))
        self.assertEqual(["refused"], outcomes(report))
        self.assertEqual("no such format", report.results[0].message)

    def test_the_log_of_the_host_has_what_the_hypervisor_said(self):
        self.start()
        said = DriverFailed("The hypervisor could not start.", "start: QEMU: no such device")
        with (
            patch.object(self.driver, "define", side_effect=said),
            self.assertLogs("nova_cells.cell.compute.runner", "WARNING") as log,
        ):
            report = self.done(some_work(a_machine(), "create_machine"))
        self.assertIn("no such device", log.output[0])
        self.assertNotIn("no such device", report.results[0].message)

    def test_what_failed_in_passing_is_tried_again_when_asked(self):
        self.start()
        self.script.add(Rule(call="define", act="fail", times=1))
        work = some_work(a_machine(), "create_machine")
        self.assertEqual(["failed"], outcomes(self.done(work)))
        self.assertEqual(["done"], outcomes(self.done(work.replace(generation=2))))

    def test_a_refusal_is_remembered_but_never_that_of_taking_a_machine_away(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine"))
        for call, step, again in (
            ("reboot", "reboot", "refused"),
            ("destroy", "destroy_machine", "done"),
        ):
            self.script.add(Rule(call=call, act="refuse", times=1))
            work = some_work(machine, step, arguments={"type": "HARD"})
            self.assertEqual(["refused"], outcomes(self.done(work)))
            self.assertEqual([again], outcomes(self.done(work.replace(generation=2))), call)

    def test_what_is_done_is_not_done_again(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        work = some_work(machine, "reboot", kind="reboot")
        first = self.done(work)
        again = self.done(work.replace(generation=2))
        self.assertEqual(first.results, again.results)
        self.assertEqual(2, again.generation)
        self.assertIn("boot 2", self.driver.console_output(machine.uuid, -1))
        self.assertNotIn("boot 3", self.driver.console_output(machine.uuid, -1))

    def test_a_lower_generation_does_nothing(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", generation=5, operation="op"))
        self.client.run(work=some_work(machine, "create_machine", "power_on", operation="op"))
        self.done(some_work(machine, "power_off"))
        self.assertEqual(4, self.driver.power_state(machine.uuid))
        self.assertEqual(1, sum(one.operation == "op" for one in self.cell.reports))

    def test_a_lower_epoch_is_refused(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", epoch=3))
        report = self.done(some_work(machine, "power_on", epoch=2))
        self.assertEqual(["refused"], outcomes(report))
        self.assertEqual(4, self.driver.power_state(machine.uuid))

    def test_work_past_its_deadline_is_refused_but_a_destroy_is_not(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine"))
        late = now() - seconds(60)
        self.assertEqual(
            ["refused"], outcomes(self.done(some_work(machine, "power_on", deadline=late)))
        )
        self.assertEqual(
            ["done"], outcomes(self.done(some_work(machine, "destroy_machine", deadline=late)))
        )

    def test_an_undo_forbids_its_do(self):
        self.start()
        machine = a_machine()
        undo = some_work(machine, "destroy_machine", undo=True, operation="op", generation=2)
        self.assertEqual(["done"], outcomes(self.done(undo)))
        do = some_work(machine, "create_machine", operation="op", generation=2)
        self.assertEqual(["refused"], outcomes(self.done(do)))
        self.assertEqual(set(), self.driver.machines())

    def test_another_attempt_on_the_same_host_is_not_forbidden(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "destroy_machine", undo=True, operation="op", generation=2))
        again = some_work(machine, "create_machine", operation="op", generation=3, attempt=2)
        self.assertEqual(["done"], outcomes(self.done(again)))
        self.agent.reconciliation.round()
        self.assertEqual({machine.uuid}, self.driver.machines())

    def test_a_deleted_server_is_not_built_again(self):
        self.start()
        machine = a_machine()
        build = some_work(machine, "create_machine")
        self.done(
            some_work(machine, "destroy_machine", kind="delete", supersedes=[build.operation])
        )
        self.assertEqual(["refused"], outcomes(self.done(build)))
        self.assertEqual(["refused"], outcomes(self.done(some_work(machine, "create_machine"))))
        self.assertEqual(set(), self.driver.machines())

    def test_an_unknown_step_is_refused(self):
        self.start()
        report = self.done(some_work(a_machine(), "teleport"))
        self.assertEqual(["refused"], outcomes(report))
        self.assertIn("teleport", report.results[0].message)

    def test_a_driver_s_bug_ends_as_a_failure_somebody_reads(self):
        self.start()
        machine = a_machine()
        self.driver.define = lambda *_: {}["missing"]
        report = self.done(some_work(machine, "create_machine"))
        self.assertEqual(["failed"], outcomes(report))
        self.assertIn("KeyError", report.results[0].details)


class DisplaceTest(AgentCase):
    def test_a_delete_does_not_wait_for_a_long_build(self):
        self.start()
        self.script.add(Rule(call="define", act="delay", seconds=60))
        machine = a_machine()
        build = some_work(machine, "create_machine", "power_on")
        self.client.run(work=build)
        self.cell.wait(lambda: "h1" in self.agent.in_hand())
        delete = some_work(machine, "destroy_machine", kind="delete", supersedes=[build.operation])
        self.assertEqual(["done"], outcomes(self.done(delete)))
        self.assertEqual(["refused"], outcomes(self.cell.report_of(build)))
        self.assertEqual(set(), self.driver.machines())

    def test_a_delete_does_not_wait_for_a_guest_that_ignores_a_stop(self):
        self.addCleanup(setattr, asking, "SLICE", asking.SLICE)
        asking.SLICE = 0.05
        self.start()
        self.script.add(Rule(call="shut_down", act="ignore"))
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        stop = some_work(machine, "power_off", kind="stop", arguments={"shutdown_timeout": 60})
        self.client.run(work=stop)
        delete = some_work(machine, "destroy_machine", kind="delete", supersedes=[stop.operation])
        self.assertEqual(["done"], outcomes(self.done(delete)))
        self.assertEqual(["refused"], outcomes(self.cell.report_of(stop)))

    def test_a_superseded_work_that_waits_is_never_begun(self):
        self.start()
        machine = a_machine()
        self.script.add(Rule(call="define", act="delay", seconds=3))
        create, reboot = some_work(machine, "create_machine"), some_work(machine, "reboot")
        self.client.run(work=create)
        self.client.run(work=reboot)
        delete = some_work(
            machine,
            "destroy_machine",
            kind="delete",
            supersedes=[create.operation, reboot.operation],
        )
        self.assertEqual(["done"], outcomes(self.done(delete)))
        self.assertNotIn(reboot.operation, [one.operation for one in self.cell.reports])

    def test_work_in_hand_is_named_in_beats_and_not_done_twice(self):
        self.start()
        self.script.add(Rule(call="define", act="delay", seconds=0.3))
        work = some_work(a_machine(), "create_machine")
        self.client.run(work=work)
        self.cell.wait(lambda: [b for b in self.cell.beats if work.operation in b.in_hand])
        self.client.run(work=work.replace(generation=2))
        report = self.cell.report_of(work)
        self.assertEqual(2, report.generation)
        self.cell.wait(lambda: self.cell.beats[-1].in_hand == [])
        self.assertEqual(1, len(self.cell.reports))

    def test_one_instance_at_a_time_many_side_by_side(self):
        self.start()
        seen, most, lock = {}, {}, threading.Lock()
        define = self.driver.define

        def watched(machine, progress):
            with lock:
                seen[machine.uuid] = seen.get(machine.uuid, 0) + 1
                most["one"] = max(most.get("one", 0), seen[machine.uuid])
                most["all"] = max(most.get("all", 0), sum(seen.values()))
            threading.Event().wait(0.05)
            define(machine, progress)
            with lock:
                seen[machine.uuid] -= 1

        self.driver.define = watched
        machines = [a_machine() for _ in range(3)]
        works = [some_work(one, "create_machine") for one in machines for _ in range(2)]
        for work in works:
            self.client.run(work=work)
        for work in works:
            self.cell.report_of(work)
        self.assertEqual(1, most["one"])
        self.assertGreater(most["all"], 1)


class RestartTest(AgentCase):
    def test_reports_nobody_took_are_handed_in_by_the_next_life(self):
        self.start()
        self.cell.deaf.set()
        work = some_work(a_machine(), "create_machine")
        self.client.run(work=work)
        self.cell.wait(lambda: self.agent.ledger.pending())
        self.agent.stop()
        self.cell.deaf.clear()
        self.agent = self.new_agent()
        self.start()
        self.assertEqual(["done"], outcomes(self.cell.report_of(work)))

    def test_a_finished_step_is_known_after_a_restart(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine"))
        work = some_work(machine, "reboot", kind="reboot")
        self.done(work)
        self.restart()
        self.done(work)
        self.assertNotIn("boot 2", self.driver.console_output(machine.uuid, -1))

    def test_guests_and_identity_survive(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        self.restart()
        self.assertEqual(1, self.driver.power_state(machine.uuid))
        self.assertEqual(1, len({report.identity for report in self.cell.registered}))


class RegistrationTest(AgentCase):
    hosts = ("h1", "h2", "h3")

    def test_all_hosts_register_and_beat_in_one_call(self):
        self.start()
        self.assertEqual({"h1", "h2", "h3"}, {one.name for one in self.cell.registered})
        self.assertEqual(3, len({one.identity for one in self.cell.registered}))
        self.cell.wait(lambda: {beat.name for beat in self.cell.beats} == set(self.hosts))
        self.assertEqual({"a1"}, {one.address for one in self.cell.registered})
        self.assertIn("agent", self.cell.registered[0].versions["interfaces"])

    def test_a_host_the_cell_does_not_know_registers_again(self):
        self.start()
        self.cell.unknown = ["h2"]
        self.cell.wait(lambda: [one.name for one in self.cell.registered].count("h2") == 2)

    def test_a_host_with_another_identity_is_told_what_to_do(self):
        self.cell.refuse = Refused(FaultCode.HOST_IDENTITY_CHANGED, "not you")
        with self.assertLogs("nova_cells.cell.compute.registration", "ERROR") as log:
            self.agent.start()
            self.addCleanup(self.stop_aside, self.agent)
            self.cell.wait(lambda: log.output)
        self.assertIn("host delete", log.output[0])
        self.assertIn(str(self.state_dir), log.output[0])
        self.assertEqual(set(), self.agent.registration.registered())

    def test_a_changed_shape_is_told(self):
        self.start()
        self.agent.hosts["h2"]._size = self.agent.hosts["h2"]._size._replace(vcpus=7)
        self.agent.reconciliation.round()
        self.assertEqual(7, self.cell.registered[-1].inventory.vcpus)
        told = len(self.cell.registered)
        self.agent.reconciliation.round()
        self.assertEqual(told, len(self.cell.registered))


class ReconcileTest(AgentCase):
    def test_a_guest_that_stopped_by_itself_is_told_once(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        self.agent.reconciliation.round()
        self.assertEqual({}, self.cell.power)
        self.driver.shut_down(machine.uuid, 1)
        self.agent.reconciliation.round()
        self.agent.reconciliation.round()
        self.assertEqual({machine.uuid: 4}, self.cell.power)
        self.assertEqual(1, self.cell.power_calls)

    def test_a_new_life_tells_all(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        self.restart()
        self.cell.wait(lambda: self.cell.power == {machine.uuid: 1})

    def test_a_destroyed_machine_that_is_back_is_destroyed_again(self):
        self.start()
        machine, other = a_machine(), a_machine()
        self.done(some_work(other, "create_machine"))
        self.done(some_work(machine, "destroy_machine", kind="delete"))
        self.driver.define(machine)
        self.agent.reconciliation.round()
        self.assertEqual({other.uuid}, self.driver.machines())


class ConsoleTest(AgentCase):
    def test_the_console_is_the_guest_s(self):
        self.start()
        machine = a_machine(name="zaphod")
        self.done(some_work(machine, "create_machine", "power_on"))
        text = self.client.console_output(host="h1", uuid=machine.uuid, lines=-1)
        self.assertIn("Welcome to zaphod!", text)
        self.assertIn(machine.uuid, text)
        last = self.client.console_output(host="h1", uuid=machine.uuid, lines=1)
        self.assertEqual("zaphod on h1 login: ", last)

    def test_unknown_hosts_and_machines_are_refused(self):
        self.start()
        for host, code in (("h9", FaultCode.HOST_NOT_FOUND), ("h1", FaultCode.INSTANCE_NOT_FOUND)):
            with self.assertRaises(Refused) as caught:
                self.client.console_output(host=host, uuid=a_machine().uuid, lines=1)
            self.assertEqual(code, caught.exception.code)

    def test_where_consoles_listen_and_what_a_guest_uses(self):
        self.start()
        machine = a_machine(vcpus=2)
        self.done(some_work(machine, "create_machine", "power_on"))
        for kind in TYPES:
            target = self.client.console(host="h1", uuid=machine.uuid, kind=kind)
            self.assertEqual("h1", target.host)
        found = self.client.diagnostics(host="h1", uuid=machine.uuid)
        self.assertEqual(("running", 2), (found.state, len(found.cpus)))

    def test_what_a_host_can_not_answer(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine"))
        for host, uuid, code in (
            ("h9", machine.uuid, FaultCode.HOST_NOT_FOUND),
            ("h1", a_machine().uuid, FaultCode.INSTANCE_NOT_FOUND),
            ("h1", machine.uuid, FaultCode.CONFLICT),
        ):
            self.refused(code, self.client.console, host=host, uuid=uuid, kind="novnc")
            self.refused(code, self.client.diagnostics, host=host, uuid=uuid)
        self.agent.hosts["h1"] = SimpleNamespace(close=lambda: None)  # able to do nothing
        self.addCleanup(self.agent.hosts.update, h1=self.driver)
        for kind in TYPES:
            self.refused(
                FaultCode.NOT_SUPPORTED, self.client.console, host="h1", uuid="x", kind=kind
            )
        self.refused(FaultCode.NOT_SUPPORTED, self.client.diagnostics, host="h1", uuid="x")

    def test_a_failure_in_passing_is_no_fact(self):
        self.start()
        machine = a_machine()
        self.done(some_work(machine, "create_machine", "power_on"))
        self.driver.script.add(Rule(call="vnc_console", act="fail"))
        with self.assertRaises(Unknown):
            self.client.console(host="h1", uuid=machine.uuid, kind="novnc")

    def refused(self, code, method, **arguments):
        with self.assertRaises(Refused) as caught:
            method(**arguments)
        self.assertEqual(code, caught.exception.code)
