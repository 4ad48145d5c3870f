# SPDX-License-Identifier: Apache-2.0
"""What a host can be asked to do, one file each; the registry imports them all."""

from nova_cells.cell.compute.steps.registry import STEPS, HostStep, Task, step_named

__all__ = ["STEPS", "HostStep", "Task", "step_named"]
