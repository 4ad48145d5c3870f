# SPDX-License-Identifier: Apache-2.0
"""What every driver must do alike: a mix-in for each capability, found by `tests.parity.suite`.

The first line of a mix-in's docstring is its row in docs/parity.md; `capability` names the class of
the driver interface it belongs to. A driver's test is its constructor:

class FakeDriverTest(parity_of(FakeDriver), DriverTestCase):
    def make_driver(self):
        return FakeDriver()
"""
