# SPDX-License-Identifier: Apache-2.0
"""What an image or a flavor may ask of a guest's hardware, and the traits a host needs for it.

The scheduler turns wishes into traits and a driver turns them into devices: both read them here, so
that none of them takes a wish for something else.
"""

from nova_cells.objects.hardware.reading import Unfit, Wishes, hardware_traits, wishes_of

__all__ = ["Unfit", "Wishes", "hardware_traits", "wishes_of"]
