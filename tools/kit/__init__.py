# SPDX-License-Identifier: Apache-2.0
"""What the commands in tools/ share: packages, environments, daemons and the services of tests.

Standard library only: these run before anything is installed.
"""
