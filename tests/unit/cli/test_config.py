# SPDX-License-Identifier: Apache-2.0
"""Every option is documented, and the sample file is what the options say."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from oslo_config import generator

from nova_cells.cli import config

CHECKOUT = Path(__file__).resolve().parents[3]


class Options(unittest.TestCase):
    def test_every_option_says_what_it_is_for(self) -> None:
        silent = [
            f"[{group}] {option.name}"
            for group, options in config.option_groups().items()
            for option in options
            if not option.help
        ]
        self.assertEqual([], silent)

    def test_what_holds_a_password_is_secret(self) -> None:
        groups = config.option_groups()
        secret = {
            (group, option.name)
            for group, options in groups.items()
            for option in options
            if option.secret
        }
        self.assertLessEqual(
            {("database", "connection"), ("cell", "connection"), ("cell", "transport_url")}, secret
        )

    def test_a_missing_option_is_named(self) -> None:
        with self.assertRaisesRegex(config.ConfigurationIncomplete, r"\[cell\] transport_url"):
            config.require(config.load(), "cell.transport_url")

    def test_sample_file_is_current(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "sample"
            with contextlib.redirect_stderr(io.StringIO()):
                generator.main(
                    [
                        *("--config-file", str(CHECKOUT / "etc" / "config-generator.conf")),
                        *("--output-file", str(made)),
                    ]
                )
            kept = CHECKOUT / "etc" / "nova-cells.conf.sample"
            self.assertEqual(
                _ours(made.read_text()),
                _ours(kept.read_text()),
                "run: oslo-config-generator --config-file etc/config-generator.conf",
            )


def _ours(text: str) -> str:
    """The groups of this project: those of libraries change with their releases."""
    sections = text.split("\n[")
    groups = set(config.option_groups())
    return "\n[".join(section for section in sections if section.partition("]")[0] in groups)
