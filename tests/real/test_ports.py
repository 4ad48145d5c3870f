# SPDX-License-Identifier: Apache-2.0
"""Ports of consoles on a real host: somebody else's are left alone, and a guest's own are freed."""

from __future__ import annotations

import socket
import subprocess
import sys

from tests.real.case import RealDriverCase

SIT = """
import socket, sys
held = socket.create_server((sys.argv[1], int(sys.argv[2])))
print(flush=True)
sys.stdin.read()
"""


class PortsTest(RealDriverCase):
    def setUp(self):
        super().setUp()
        self.driver.define(self.machine)

    def start(self):
        self.driver.set_power(self.machine.uuid, on=True)
        return self.driver.serial_console(self.machine.uuid)

    def stop(self):
        self.driver.set_power(self.machine.uuid, on=False)

    def test_a_port_that_a_stranger_took_is_left_to_them(self):
        first = self.start()
        self.stop()
        stranger = self.sit_on(first)
        second = self.start()
        self.assertNotEqual(first.port, second.port)
        socket.create_connection((second.host, second.port), 10).close()
        self.assertIsNone(stranger.poll())

    def test_ports_are_free_when_a_guest_is_off_and_when_it_is_gone(self):
        uuid = self.machine.uuid
        for end in (self.stop, lambda: self.driver.destroy(uuid)):
            places = [self.start(), self.driver.vnc_console(uuid)]
            end()
            for place in places:
                with self.assertRaises(ConnectionRefusedError):
                    socket.create_connection((place.host, place.port), 10)

    def sit_on(self, place):
        """A program in the host's own network that listens there."""
        inside = ["ip", "netns", "exec", self.ground.hosts[self.host]["namespace"]]
        command = [*inside, sys.executable, "-c", SIT, place.host, str(place.port)]
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(program.wait, 30)
        self.addCleanup(program.stdin.close)
        self.addCleanup(program.stdout.close)
        program.stdout.readline()
        return program
