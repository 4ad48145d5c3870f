# SPDX-License-Identifier: Apache-2.0
"""What every process needs to run: configuration, log, databases, messaging. Knows no compute."""
