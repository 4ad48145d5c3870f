# SPDX-License-Identifier: Apache-2.0
"""Who may do what to a server."""

from nova_cells.global_api.policies import admin, manager, member, nobody

ACTION = "POST /servers/{server_id}/action"

START = member("os_compute_api:servers:start", "Start a server (os-start).", ACTION)
STOP = member("os_compute_api:servers:stop", "Stop a server (os-stop).", ACTION)
REBOOT = member("os_compute_api:servers:reboot", "Reboot a server (reboot).", ACTION)
FORCE_DELETE = member(
    "os_compute_api:os-deferred-delete:force", "Delete a server at once (forceDelete).", ACTION
)
RESTORE = member(
    "os_compute_api:os-deferred-delete:restore", "Bring a deleted server back (restore).", ACTION
)
PAUSE = member("os_compute_api:os-pause-server:pause", "Pause a server (pause).", ACTION)
UNPAUSE = member("os_compute_api:os-pause-server:unpause", "Unpause a server (unpause).", ACTION)
SUSPEND = member("os_compute_api:os-suspend-server:suspend", "Suspend a server (suspend).", ACTION)
RESUME = member("os_compute_api:os-suspend-server:resume", "Resume a server (resume).", ACTION)
RESCUE = member("os_compute_api:os-rescue", "Rescue a server (rescue).", ACTION)
UNRESCUE = member("os_compute_api:os-unrescue", "End a rescue (unrescue).", ACTION)
CHANGE_PASSWORD = member(
    "os_compute_api:os-admin-password", "Change a server's password (changePassword).", ACTION
)
CRASH_DUMP = member(
    "os_compute_api:servers:trigger_crash_dump",
    "Have a server dump its memory (trigger_crash_dump).",
    ACTION,
)
REBUILD = member("os_compute_api:servers:rebuild", "Rebuild a server (rebuild).", ACTION)
REBUILD_CERTIFICATES = member(
    "os_compute_api:servers:rebuild:trusted_certs", "Rebuild with trusted certificates.", ACTION
)
CREATE_IMAGE = member(
    "os_compute_api:servers:create_image", "Make an image of a server (createImage).", ACTION
)
CREATE_IMAGE_OF_VOLUME = member(
    "os_compute_api:servers:create_image:allow_volume_backed",
    "Make an image of a server whose disks are volumes (createImage).",
    ACTION,
)
CREATE_BACKUP = member(
    "os_compute_api:os-create-backup", "Back a server up (createBackup).", ACTION
)
SHELVE = member("os_compute_api:os-shelve:shelve", "Shelve a server (shelve).", ACTION)
SHELVE_OFFLOAD = admin(
    "os_compute_api:os-shelve:shelve_offload",
    "Take a shelved server off its host (shelveOffload).",
    ACTION,
)
UNSHELVE = member("os_compute_api:os-shelve:unshelve", "Unshelve a server (unshelve).", ACTION)
UNSHELVE_TO_HOST = admin(
    "os_compute_api:os-shelve:unshelve_to_host", "Unshelve a server to a named host.", ACTION
)
RESIZE = member("os_compute_api:servers:resize", "Resize a server (resize).", ACTION)
CROSS_CELL = nobody(
    "compute:servers:resize:cross_cell",
    "Resize into another cell. No server goes to another cell, whatever this says.",
    ACTION,
)
CONFIRM_RESIZE = member(
    "os_compute_api:servers:confirm_resize", "Keep the new size (confirmResize).", ACTION
)
REVERT_RESIZE = member(
    "os_compute_api:servers:revert_resize", "Have the old size again (revertResize).", ACTION
)
MIGRATE = manager(
    "os_compute_api:os-migrate-server:migrate", "Take a server to another host (migrate).", ACTION
)
MIGRATE_TO_HOST = admin(
    "os_compute_api:os-migrate-server:migrate:host", "Take a server to a named host.", ACTION
)
CONSOLE_OUTPUT = member(
    "os_compute_api:os-console-output", "Read the console (os-getConsoleOutput).", ACTION
)
LOCK = member("os_compute_api:os-lock-server:lock", "Lock a server (lock).", ACTION)
UNLOCK = member("os_compute_api:os-lock-server:unlock", "Unlock a server (unlock).", ACTION)
UNLOCK_OVERRIDE = admin(
    "os_compute_api:os-lock-server:unlock:unlock_override",
    "Unlock a server that somebody outside of its project has locked.",
    ACTION,
)
INJECT_NETWORK_INFO = admin(
    "os_compute_api:os-admin-actions:inject_network_info",
    "Tell a server's host again what its ports are (injectNetworkInfo).",
    ACTION,
)
RESET_STATE = admin(
    "os_compute_api:os-admin-actions:reset_state", "Say what a server is (os-resetState).", ACTION
)
MIGRATE_LIVE = manager(
    "os_compute_api:os-migrate-server:migrate_live",
    "Have a server go to another host while it runs (os-migrateLive).",
    ACTION,
)
MIGRATE_LIVE_HOST = admin(
    "os_compute_api:os-migrate-server:migrate_live:host", "Say to which host.", ACTION
)
EVACUATE = admin(
    "os_compute_api:os-evacuate",
    "Make a server again whose host is down (evacuate).",
    ACTION,
)
