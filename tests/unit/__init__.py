# SPDX-License-Identifier: Apache-2.0
"""Tests of parts. How long an example takes to make says nothing on a loaded machine."""

from hypothesis import HealthCheck, settings

settings.register_profile("parts", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("parts")
