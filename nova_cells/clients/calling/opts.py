# SPDX-License-Identifier: Apache-2.0
"""The options that every section of a service has, under the names keystoneauth gives them."""

from __future__ import annotations

from oslo_config import cfg

PASSWORD, CREDENTIAL, BASIC, NONE = "password", "v3applicationcredential", "http_basic", "none"


def service_options(
    service: str, service_type: str | None, *, timeout: float = 10.0
) -> list[cfg.Opt]:
    """Of the section in which `service` ("Neutron") is described.

    Without a service type it is one whose address needs no look into the catalogue.
    """
    known = _catalogue(service, service_type) if service_type else []
    return [*_credentials(service), *_address(service), *known, *_patience(service, timeout)]


def _credentials(service: str) -> list[cfg.Opt]:
    return [
        cfg.StrOpt(
            "auth_type",
            default=PASSWORD,
            choices=[
                (PASSWORD, "a user and a password at Keystone"),
                ("v3password", "the same"),
                (CREDENTIAL, "an application credential at Keystone"),
                (BASIC, "HTTP basic authentication with username and password"),
                (NONE, "no credentials at all"),
            ],
            help=f"How we show {service} who we are.",
        ),
        cfg.StrOpt("auth_url", help=f"URL of Keystone, for our own credentials at {service}."),
        cfg.StrOpt(
            "username",
            help=f"Our own user. Its token also vouches for requests that are made with a user's, "
            f"so give it a role that {service} counts as a service's.",
        ),
        cfg.StrOpt("password", secret=True, help="Password of that user."),
        cfg.StrOpt("project_name", default="service", help="Project of that user."),
        cfg.StrOpt("user_domain_name", default="Default", help="Domain of that user."),
        cfg.StrOpt("project_domain_name", default="Default", help="Domain of that project."),
        cfg.StrOpt("system_scope", help='"all" asks with a token of the system, of no project.'),
        cfg.StrOpt("application_credential_id", help="Id of the application credential."),
        cfg.StrOpt(
            "application_credential_secret",
            secret=True,
            help="Secret of the application credential.",
        ),
    ]


def _catalogue(service: str, service_type: str) -> list[cfg.Opt]:
    return [
        cfg.ListOpt(
            "valid_interfaces",
            default=["internal", "public"],
            help="Interfaces of the catalogue, the preferred first.",
        ),
        cfg.StrOpt(
            "service_type",
            default=service_type,
            help=f"Type under which the catalogue lists {service}.",
        ),
        cfg.StrOpt("service_name", help="Its name, where the catalogue has several of the type."),
        cfg.StrOpt("region_name", help="Region whose endpoint is taken from the catalogue."),
    ]


def _address(service: str) -> list[cfg.Opt]:
    return [
        cfg.StrOpt(
            "endpoint_override",
            help=f"URL of {service}; empty takes it from the service catalogue.",
        ),
        cfg.StrOpt("cafile", help=f"Certificates that Keystone and {service} are checked against."),
        cfg.StrOpt("certfile", help="Certificate that we show them."),
        cfg.StrOpt("keyfile", help="Key of that certificate."),
        cfg.BoolOpt("insecure", default=False, help="Do not check certificates at all."),
    ]


def _patience(service: str, timeout: float) -> list[cfg.Opt]:
    return [
        cfg.FloatOpt(
            "timeout",
            default=timeout,
            min=0.1,
            help="Seconds to wait for a connection, and then for the whole of an answer.",
        ),
        cfg.IntOpt(
            "connect_retries",
            default=1,
            min=0,
            help="How often a request that got no answer is sent once more. Only one that changes "
            "nothing, or that surely has not arrived.",
        ),
        cfg.IntOpt(
            "breaker_failures",
            default=5,
            min=1,
            help=f"After so many failures in a row {service} is left alone for a while: requests "
            "are refused at once instead of waiting.",
        ),
        cfg.FloatOpt(
            "breaker_share",
            default=0.5,
            min=0.01,
            max=1.0,
            help="The same where this part of the latest breaker_requests failed, though never so "
            "many in a row.",
        ),
        cfg.IntOpt(
            "breaker_requests",
            default=20,
            min=1,
            help="Of so many requests of the last minute that part is taken; of fewer it is not.",
        ),
        cfg.FloatOpt(
            "breaker_pause",
            default=5.0,
            min=0.1,
            help="Seconds for which it is left alone; then one request tries.",
        ),
    ]
