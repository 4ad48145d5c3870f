# SPDX-License-Identifier: Apache-2.0
"""From what kinds of images a driver's guests start: capabilities, as in `interface`.

They have no calls of their own: `define` keeps them. `types`: traits of the other formats that a
driver with the capability boots from.
"""

from __future__ import annotations

from typing import ClassVar


class ImageTypes:
    """Base of the capabilities below."""

    trait: ClassVar[str]
    types: ClassVar[tuple[str, ...]] = ()


class DiskImages(ImageTypes):
    """Starts guests from qcow2 and raw images; one that is not what it is said to be is refused."""

    trait = "COMPUTE_IMAGE_TYPE_QCOW2"
    types = ("COMPUTE_IMAGE_TYPE_RAW",)


class ForeignImages(ImageTypes):
    """Starts guests from disks of other hypervisors, which are rewritten first."""

    trait = "COMPUTE_IMAGE_TYPE_VMDK"
    types = ("COMPUTE_IMAGE_TYPE_VDI", "COMPUTE_IMAGE_TYPE_VHD", "COMPUTE_IMAGE_TYPE_VHDX")


class IsoImages(ImageTypes):
    """Starts guests from an ISO, which they see as a disc in a drive."""

    trait = "COMPUTE_IMAGE_TYPE_ISO"


class KernelImages(ImageTypes):
    """Starts guests from a kernel and a RAM disk that are images of their own."""

    trait = "COMPUTE_IMAGE_TYPE_AMI"
    types = ("COMPUTE_IMAGE_TYPE_AKI", "COMPUTE_IMAGE_TYPE_ARI")


class TreeImages(ImageTypes):
    """Starts guests from archives of root file systems: images in container format docker."""

    trait = "COMPUTE_IMAGE_TYPE_TREE"


class TrustedCertificates(ImageTypes):
    """Checks signatures of images, by the certificates that a server's owner trusts."""

    trait = "COMPUTE_TRUSTED_CERTS"


IMAGE_TYPES: tuple[type, ...] = (
    DiskImages,
    ForeignImages,
    IsoImages,
    KernelImages,
    TreeImages,
    TrustedCertificates,
)


class AllImageTypes(DiskImages, ForeignImages, IsoImages, KernelImages, TrustedCertificates):
    """All that machines with disks start from, in a driver that has them all."""

    trait = ""
    types = ()
