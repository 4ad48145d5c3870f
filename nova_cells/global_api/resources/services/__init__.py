# SPDX-License-Identifier: Apache-2.0
"""Services: the processes side of compute hosts and cells."""
