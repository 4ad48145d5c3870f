# SPDX-License-Identifier: Apache-2.0
"""Tests of messaging, over the in-process bus; RabbitMQ is in tests/stores."""
