# SPDX-License-Identifier: Apache-2.0
"""Serve a companion service's WSGI application: run by that service's own interpreter.

Run with -P: this folder holds a keystone.py of its own. The services read sys.argv when imported,
so no option of ours may be left there.
"""

import importlib
import sys


def main() -> None:
    """MODULE:NAME PORT THREADS [what the application is to find as its own arguments]"""
    target, port, threads, *arguments = sys.argv[1:]
    module, _, name = target.partition(":")
    sys.argv[:] = [module, *arguments]
    application = getattr(importlib.import_module(module), name)
    import waitress

    waitress.serve(
        application,
        listen=f"127.0.0.1:{port}",
        threads=int(threads),
        max_request_body_size=10 * 2**30,
        channel_timeout=600,
    )


if __name__ == "__main__":
    main()
