# SPDX-License-Identifier: Apache-2.0
"""Bodies of actions. Those without arguments ignore the value of their key, whatever it is."""

from nova_cells.global_api.resources.servers.schemas import fields
from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema

REBOOT = BodySchema(
    "server.reboot",
    closed(
        {
            "reboot": closed(
                {
                    "type": {
                        "type": "string",
                        "enum": ["HARD", "Hard", "hard", "SOFT", "Soft", "soft"],
                    }
                },
                required=("type",),
            )
        },
        required=("reboot",),
    ),
)

CONSOLE_OUTPUT = BodySchema(
    "server.console_output",
    closed(
        {
            "os-getConsoleOutput": closed(
                {
                    "length": {
                        "type": ["integer", "string", "null"],
                        "minimum": -1,
                        "pattern": "^-?[0-9]{1,9}$",
                    }
                }
            )
        },
        required=("os-getConsoleOutput",),
    ),
)

RESCUE = BodySchema(
    "server.rescue",
    closed(
        {
            "rescue": {
                **closed(
                    {
                        "adminPass": {"type": "string", "minLength": 1},
                        "rescue_image_ref": {"type": "string", "format": "uuid"},
                    }
                ),
                "type": ["object", "null"],
            }
        },
        required=("rescue",),
    ),
)

CHANGE_PASSWORD = BodySchema(
    "server.change_password",
    closed(
        {"changePassword": closed({"adminPass": {"type": "string"}}, required=("adminPass",))},
        required=("changePassword",),
    ),
)

CRASH_DUMP = BodySchema(
    "server.trigger_crash_dump",
    closed({"trigger_crash_dump": {"type": "null"}}, required=("trigger_crash_dump",)),
)

LOCK = BodySchema(
    "server.lock",
    closed(
        {
            "lock": {
                **closed({"locked_reason": {"type": "string", "minLength": 1, "maxLength": 255}}),
                "type": ["object", "null"],
            }
        },
        required=("lock",),
    ),
)

RESET_STATE = BodySchema(
    "server.reset_state",
    closed(
        {
            "os-resetState": closed(
                {"state": {"type": "string", "enum": ["active", "error"]}}, required=("state",)
            )
        },
        required=("os-resetState",),
    ),
)

CREATE_IMAGE = BodySchema(
    "server.create_image",
    closed(
        {
            "createImage": closed(
                {"name": fields.NAME, "metadata": fields.METADATA}, required=("name",)
            )
        },
        required=("createImage",),
    ),
)

CREATE_BACKUP = BodySchema(
    "server.create_backup",
    closed(
        {
            "createBackup": closed(
                {
                    "name": fields.NAME,
                    "backup_type": {"type": "string", "maxLength": 255},
                    "rotation": fields.count(0),
                    "metadata": fields.METADATA,
                },
                required=("name", "backup_type", "rotation"),
            )
        },
        required=("createBackup",),
    ),
)

UNSHELVE = BodySchema(
    "server.unshelve",
    closed(
        {
            "unshelve": {
                **closed(
                    {
                        "availability_zone": {**fields.ZONE_NAME, "type": ["string", "null"]},
                        "host": fields.HOST,
                    }
                ),
                "type": ["object", "null"],
            }
        },
        required=("unshelve",),
    ),
)

RESIZE = BodySchema(
    "server.resize",
    closed(
        {
            "resize": closed(
                {
                    "flavorRef": {"type": ["string", "integer"], "minLength": 1},
                    "OS-DCF:diskConfig": fields.DISK_CONFIG,
                },
                required=("flavorRef",),
            )
        },
        required=("resize",),
    ),
)

MIGRATE = BodySchema(
    "server.migrate",
    closed(
        {
            "migrate": {
                **closed({"host": {**fields.HOST, "type": ["string", "null"]}}),
                "type": ["object", "null"],
            }
        },
        required=("migrate",),
    ),
)

MIGRATE_LIVE = BodySchema(
    "server.migrate_live",
    closed(
        {
            "os-migrateLive": closed(
                {
                    "host": {**fields.HOST, "type": ["string", "null"]},
                    "block_migration": {
                        **fields.BOOLEAN,
                        "enum": [*fields.BOOLEAN["enum"], "auto"],
                    },
                },
                required=("host", "block_migration"),
            )
        },
        required=("os-migrateLive",),
    ),
)

EVACUATE = BodySchema(
    "server.evacuate",
    closed(
        {
            "evacuate": closed(
                {"host": fields.HOST, "adminPass": {"type": "string", "minLength": 1}}
            )
        },
        required=("evacuate",),
    ),
)
