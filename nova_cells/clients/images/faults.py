# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with an image; every text is fit for a server's owner."""


class ImageFault(Exception):
    """Base of them all."""


class ImageNotFound(ImageFault):
    """There is no such image, or the caller may not see it: the two are never told apart."""

    def __init__(self, image_id: str) -> None:
        super().__init__(f"Image {image_id} could not be found.")
        self.image_id = image_id


class ImageUnavailable(ImageFault):
    """The image service did not answer, or answered nonsense: asking again may help."""


class ImageCorrupt(ImageFault):
    """The bytes are not those the image service promised. What was written has been removed."""


class ImageRefused(ImageFault):
    """The image service takes no such image from this caller, for good."""
