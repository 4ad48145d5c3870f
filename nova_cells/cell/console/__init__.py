# SPDX-License-Identifier: Apache-2.0
"""The console proxy of a cell: from a browser's WebSocket to a guest's screen or serial port."""
