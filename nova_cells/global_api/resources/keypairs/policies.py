# SPDX-License-Identifier: Apache-2.0
"""Key pairs belong to users, not projects; administrators may act for others."""

from nova_cells.global_api.policies import own_user

_NAME = "os_compute_api:os-keypairs"

INDEX = own_user(f"{_NAME}:index", "List key pairs.", "GET /os-keypairs")
CREATE = own_user(f"{_NAME}:create", "Make or bring a key pair.", "POST /os-keypairs")
SHOW = own_user(f"{_NAME}:show", "See a key pair.", "GET /os-keypairs/{keypair_name}")
DELETE = own_user(f"{_NAME}:delete", "Delete a key pair.", "DELETE /os-keypairs/{keypair_name}")
