# SPDX-License-Identifier: Apache-2.0
"""What listens behind the consoles of the fake driver's guests, which have no screen of their own.

All kinds share one port. A VNC server speaks first and the others are spoken to: so one that stays
silent for a moment is greeted as VNC, one with SPICE's magic number gets SPICE's answer.
"""

from __future__ import annotations

import asyncio
import struct
import sys

SILENCE = 0.3
SPICE = b"REDQ"
# Magic, version 2.2, no more bytes, no error.
SPICE_REPLY = struct.pack("<4sIIII", SPICE, 2, 2, 4, 0)
NAME = b"a fake guest"
# 640 x 480, 32 bits a pixel of which 24 are colour, then the name.
SCREEN = struct.pack(">HHBBBBHHHBBB3xI", 640, 480, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0, len(NAME))
# What a VNC server says, and how many bytes it then waits for.
RFB = ((b"RFB 003.008\n", 12), (b"\x01\x01", 1), (bytes(4), 1), (SCREEN + NAME, 0))


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One client, until it has had its answer."""
    try:
        if await _first(reader) == SPICE:
            await _say(writer, SPICE_REPLY)
            await reader.read()
        else:
            for said, wanted in RFB:
                await _say(writer, said)
                await reader.readexactly(wanted)
            await reader.read()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass  # the client has gone
    finally:
        writer.close()


async def _first(reader: asyncio.StreamReader) -> bytes:
    try:
        return await asyncio.wait_for(reader.readexactly(len(SPICE)), SILENCE)
    except TimeoutError:
        return b""


async def _say(writer: asyncio.StreamWriter, said: bytes) -> None:
    writer.write(said)
    await writer.drain()


async def serve(port: int) -> None:
    """Until the process ends."""
    async with await asyncio.start_server(greet, "127.0.0.1", port) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
