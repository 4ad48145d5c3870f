# SPDX-License-Identifier: Apache-2.0
"""One file a verb; `app.VERBS` names them."""
