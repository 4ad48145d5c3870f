# SPDX-License-Identifier: Apache-2.0
"""Log lines and configuration, as a process of its own has them."""

import subprocess
import sys
import tempfile
import unittest

from oslo_config import cfg

from nova_cells.runtime import config

PROGRAM = """
import logging
from nova_cells.runtime import config, context, log
log.setup(config.new_config({}), "nova-cells-test")
with context.use(context.RequestContext(request_id="req-1")):
    logging.getLogger("nova_cells.here").info("inside")
logging.getLogger("nova_cells.here").info("outside")
logging.getLogger("nova_cells.here").debug("not shown")
logging.getLogger("sqlalchemy.engine").info("a statement")
"""


class LogTest(unittest.TestCase):
    def test_the_request_id_is_in_each_line(self):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
        )
        lines = [line for line in done.stderr.splitlines() if "nova_cells.here" in line]
        self.assertIn("[req-1] inside", lines[0])
        self.assertIn("[-] outside", lines[1])
        self.assertEqual(2, len(lines))
        self.assertNotIn("a statement", done.stderr)


class ConfigTest(unittest.TestCase):
    OPTIONS = {"DEFAULT": [cfg.StrOpt("name")], "part": [cfg.IntOpt("size", default=1, min=1)]}

    def test_two_configurations_do_not_meet(self):
        one, two = config.new_config(self.OPTIONS), config.new_config(self.OPTIONS)
        one.set_override("size", 5, group="part")
        self.assertEqual((5, 1), (one.part.size, two.part.size))

    def test_files_are_read_in_order(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write("[DEFAULT]\nname = n\n[part]\nsize = 7\n")
            file.flush()
            read = config.new_config(self.OPTIONS, files=[file.name])
        self.assertEqual(("n", 7), (read.name, read.part.size))

    def test_options_of_ours_stay_off_the_global_object(self):
        config.new_config(self.OPTIONS)
        with self.assertRaises(cfg.NoSuchOptError):
            _ = cfg.CONF.part
