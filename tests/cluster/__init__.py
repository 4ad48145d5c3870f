# SPDX-License-Identifier: Apache-2.0
"""Clouds of separate processes by tools/cluster, on RabbitMQ and real databases."""
