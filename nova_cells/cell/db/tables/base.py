# SPDX-License-Identifier: Apache-2.0
"""The metadata all tables of a cell hang on."""

from sqlalchemy import MetaData

metadata = MetaData()
