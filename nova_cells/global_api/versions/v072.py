# SPDX-License-Identifier: Apache-2.0
"""2.72: a server can be created with ports that ask for resources."""
