# SPDX-License-Identifier: Apache-2.0
"""The collections of the API, one package each: routes, views, schemas, presenter, service, rules.

A package's `includeme(config)` adds its routes, the more specific first; its `views` are found by
scanning. Nothing here is imported by name from outside: a new package is served by being there.
"""
