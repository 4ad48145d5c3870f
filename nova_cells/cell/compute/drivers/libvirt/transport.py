# SPDX-License-Identifier: Apache-2.0
"""Carries files into a folder of another host, through that host's libvirt.

The folder is made a storage pool there while it lasts. A file arrives under its name with `.part`;
the manifest, sent last, says what each has to be, and only the other host gives it its name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused, OutOfSpace, Progress
from nova_cells.cell.compute.drivers.libvirt.sparse import data_size, extents, fingerprint

PIECE = 1 << 17
"""Bytes in memory at a time; libvirt carries no more in one message."""

POOL = "nova-cells-"


def carry(
    connection: libvirt.virConnect,
    files: Mapping[str, Path],
    target: Mapping[str, Any],
    facts: Mapping[str, Any],
    progress: Progress,
) -> None:
    """Send `files` (name there → path here) and a manifest with `facts` to a ticket's folder."""
    with _landing(connection, target) as pool:
        manifest = manifest_name(target["nonce"])
        _remove(pool, manifest)
        told: dict[str, Any] = {}
        tell = _percentages(files.values(), progress)
        for name, path in files.items():
            told[name] = {"size": path.stat().st_size, "fingerprint": fingerprint(path)}
            with path.open("rb") as stream:
                _upload(connection, pool, f"{name}.part", stream.fileno(), tell)
        content = json.dumps({**facts, "files": told}).encode()
        _upload_bytes(connection, pool, manifest, content)


def place(
    connection: libvirt.virConnect, files: Mapping[str, Path], target: Mapping[str, Any]
) -> None:
    """Put `files` (name there → path here) into a ticket's folder under their own names."""
    with _landing(connection, target) as pool:
        for name, path in files.items():
            with path.open("rb") as stream:
                _upload(connection, pool, name, stream.fileno(), lambda _done: None)


def manifest_name(nonce: str) -> str:
    """The file that says that all is there."""
    return f"sent-{nonce}.json"


def marker_name(nonce: str) -> str:
    """The file that says that a folder expects a machine."""
    return f"incoming-{nonce}"


def forget_landing(connection: libvirt.virConnect, uuid: str) -> None:
    """Have no pool for this machine's folder; a source that died may have left one."""
    with suppress(libvirt.libvirtError):  # mostly there is none
        connection.storagePoolLookupByName(POOL + uuid).destroy()


@contextmanager
def _landing(
    connection: libvirt.virConnect, target: Mapping[str, Any]
) -> Iterator[libvirt.virStoragePool]:
    forget_landing(connection, target["uuid"])
    try:
        pool = connection.storagePoolCreateXML(_pool_xml(target), 0)
    except libvirt.libvirtError as error:
        if "No such file" in str(error):
            raise _unexpected(str(error)) from error
        raise
    try:
        if marker_name(target["nonce"]) not in pool.listVolumes():
            raise _unexpected("its folder does not wait for it")
        yield pool
    finally:
        with suppress(libvirt.libvirtError):  # the other host may be gone
            pool.destroy()


def _unexpected(details: str) -> DriverRefused:
    return DriverRefused("The destination does not expect the machine.", details)


def _upload(
    connection: libvirt.virConnect,
    pool: libvirt.virStoragePool,
    name: str,
    descriptor: int,
    tell: Callable[[int], None],
) -> None:
    size = os.fstat(descriptor).st_size

    def pieces() -> Iterator[tuple[int, bytes]]:
        for offset, length in extents(descriptor):
            for place in range(offset, offset + length, PIECE):
                yield place, os.pread(descriptor, min(PIECE, offset + length - place), place)

    _stream(connection, pool, name, size, pieces(), tell)


def _upload_bytes(
    connection: libvirt.virConnect, pool: libvirt.virStoragePool, name: str, content: bytes
) -> None:
    _stream(connection, pool, name, len(content), iter([(0, content)]), lambda _done: None)


def _stream(
    connection: libvirt.virConnect,
    pool: libvirt.virStoragePool,
    name: str,
    size: int,
    pieces: Iterator[tuple[int, bytes]],
    tell: Callable[[int], None],
) -> None:
    """Fill a new file of `size` bytes; what fails leaves none."""
    _remove(pool, name)
    try:
        volume = pool.createXML(_volume_xml(name, size), 0)
        if size:
            _fill(connection, volume, size, pieces, tell)
    except libvirt.libvirtError as error:
        _remove(pool, name)
        if "No space left" in str(error):
            raise OutOfSpace("The destination has no room for the disks.", str(error)) from error
        raise


def _fill(
    connection: libvirt.virConnect,
    volume: libvirt.virStorageVol,
    size: int,
    pieces: Iterator[tuple[int, bytes]],
    tell: Callable[[int], None],
) -> None:
    stream, at = connection.newStream(0), 0
    volume.upload(stream, 0, size, libvirt.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM)
    try:
        for offset, content in pieces:
            if offset > at:
                stream.sendHole(offset - at, 0)
            _send(stream, content)
            at = offset + len(content)
            tell(len(content))
        if size > at:
            stream.sendHole(size - at, 0)
        stream.finish()
    except BaseException:
        with suppress(libvirt.libvirtError):  # it may have ended by itself
            stream.abort()
        raise


def _send(stream: libvirt.virStream, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[stream.send(bytes(rest)) :]


def _remove(pool: libvirt.virStoragePool, name: str) -> None:
    with suppress(libvirt.libvirtError):  # mostly there is none
        pool.storageVolLookupByName(name).delete(0)


def _percentages(files: Any, progress: Progress) -> Callable[[int], None]:
    """Counts what is sent of all files together, and says it in percent."""
    total, done = max(1, sum(data_size(path) for path in files)), 0

    def tell(sent: int) -> None:
        nonlocal done
        done += sent
        progress(min(99, done * 100 // total))

    return tell


def _pool_xml(target: Mapping[str, Any]) -> str:
    pool = Element("pool", type="dir")
    SubElement(pool, "name").text = POOL + target["uuid"]
    SubElement(SubElement(pool, "target"), "path").text = target["folder"]
    return ElementTree.tostring(pool, encoding="unicode")


def _volume_xml(name: str, size: int) -> str:
    volume = Element("volume", type="file")
    SubElement(volume, "name").text = name
    SubElement(volume, "capacity", unit="bytes").text = str(size)
    SubElement(volume, "allocation").text = "0"
    target = SubElement(volume, "target")
    SubElement(target, "format", type="raw")
    SubElement(SubElement(target, "permissions"), "mode").text = "0600"
    return ElementTree.tostring(volume, encoding="unicode")
