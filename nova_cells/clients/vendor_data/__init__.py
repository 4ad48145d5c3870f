# SPDX-License-Identifier: Apache-2.0
"""What the operator adds to what guests read of themselves: a file, and answers of services.

Importing this package loads no HTTP library: `from_conf` does, and only where targets are named.
"""

from nova_cells.clients.vendor_data.interface import (
    NoVendorData,
    VendorData,
    VendorDataUnavailable,
)
from nova_cells.clients.vendor_data.select import from_conf

__all__ = ["NoVendorData", "VendorData", "VendorDataUnavailable", "from_conf"]
