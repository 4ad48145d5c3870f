# SPDX-License-Identifier: Apache-2.0
"""The tests. Those that need servers start them the way the tools do, with the tools' own kit."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))
