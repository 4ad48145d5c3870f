# SPDX-License-Identifier: Apache-2.0
"""openstacksdk's classes for those who run a cloud."""

from __future__ import annotations

from openstack import exceptions
from openstack.compute.v2 import (
    aggregate,
    availability_zone,
    hypervisor,
    migration,
    quota_class_set,
    quota_set,
    server_diagnostics,
    server_external_event,
    server_migration,
    service,
    usage,
)

from tests.clients.sdk_case import NOBODY, SdkCase, tries


class AdminClasses(SdkCase):
    @tries(aggregate.Aggregate)
    def test_aggregate(self) -> None:
        host = max(one.name for one in self.admin.hypervisors())
        made = self.admin.create_aggregate(name=self.name())
        self.addCleanup(self.admin.delete_aggregate, made.id)
        self.admin.add_host_to_aggregate(made, host)
        self.admin.set_aggregate_metadata(made, {"ssd": "true"})
        self.admin.aggregate_precache_images(made, [self.image])
        renamed = self.admin.update_aggregate(made, name=self.name())
        self.assertEqual(([host], "true"), (renamed.hosts, renamed.metadata["ssd"]))
        self.assertEqual(made.id, self.admin.find_aggregate(renamed.name).id)
        self.admin.remove_host_from_aggregate(made, host)
        self.assertIn(made.id, [one.id for one in self.admin.aggregates()])

    @tries(availability_zone.AvailabilityZone, availability_zone.AvailabilityZoneDetail)
    def test_zones(self) -> None:
        self.assertIn("nova", [zone.name for zone in self.member.availability_zones()])
        detailed = {zone.name: zone for zone in self.admin.availability_zones(details=True)}
        self.assertTrue(detailed["nova"].hosts)

    @tries(hypervisor.Hypervisor, hypervisor.HypervisorDetail)
    def test_hypervisors(self) -> None:
        names = {one.name for one in self.admin.hypervisors()}
        detailed = {one.name: one for one in self.admin.hypervisors(details=True)}
        self.assertEqual(names, set(detailed))
        one = self.admin.get_hypervisor(detailed[max(names)].id)
        self.assertEqual(("up", "enabled"), (one.state, one.status))
        self.assertEqual(one.id, self.admin.find_hypervisor(one.name).id)
        self.assertIn("load average", one.uptime)
        with self.assertRaises(exceptions.ForbiddenException):
            list(self.member.hypervisors())

    @tries(service.Service)
    def test_services(self) -> None:
        host = max(one.host for one in self.admin.services(binary="nova-compute"))
        found = self.admin.find_service("nova-compute", host=host)
        off = self.admin.disable_service(found.id, disabled_reason="audit")
        self.addCleanup(self.admin.enable_service, found.id)
        self.assertEqual(("disabled", "audit"), (off.status, off.disabled_reason))
        with self.assertRaises(exceptions.NotFoundException):
            self.admin.delete_service(NOBODY, ignore_missing=False)

    @tries(quota_set.QuotaSet)
    def test_quotas_of_a_project(self) -> None:
        project = self.cloud.project("sdk-quotas")
        self.admin.update_quota_set(project, cores=7)
        self.assertEqual(7, self.admin.get_quota_set(project).cores)
        used = self.admin.get_quota_set(project, usage=True)
        self.assertEqual(0, used.usage["cores"])
        self.admin.revert_quota_set(project)
        default = self.admin.get_quota_set_defaults(project)
        self.assertEqual(default.cores, self.admin.get_quota_set(project).cores)

    @tries(quota_class_set.QuotaClassSet)
    def test_quotas_of_a_class(self) -> None:
        before = self.admin.get_quota_class_set("default").key_pairs
        self.addCleanup(self.admin.update_quota_class_set, "default", key_pairs=before)
        changed = self.admin.update_quota_class_set("default", key_pairs=before + 1)
        self.assertEqual(before + 1, changed.key_pairs)

    @tries(usage.Usage, usage.ServerUsage)
    def test_usage(self) -> None:
        server = self.boot()
        project = self.cloud.project("demo")
        found = self.admin.get_usage(project)
        self.assertIn(server.id, [one["instance_id"] for one in found.server_usages])
        self.assertIn(project, [one.project_id for one in self.admin.usages()])

    @tries(server_diagnostics.ServerDiagnostics)
    def test_diagnostics(self) -> None:
        server = self.boot()
        self.assertEqual("running", self.admin.get_server_diagnostics(server).state)
        with self.assertRaises(exceptions.ForbiddenException):
            self.member.get_server_diagnostics(server)

    @tries(server_external_event.ServerExternalEvent)
    def test_external_events(self) -> None:
        server = self.boot()
        event = {"name": "network-changed", "server_uuid": server.id}
        (answer,) = self.admin.create_server_external_events([event])
        self.assertEqual((server.id, 200), (answer.server_uuid, answer.code))

    @tries(migration.Migration, server_migration.ServerMigration)
    def test_migrations(self) -> None:
        server = self.boot()
        self.admin.live_migrate_server(server, block_migration="auto")
        moved = self.settled(server)
        self.assertNotEqual(server.compute_host, moved.compute_host)
        (record,) = self.admin.migrations(instance_uuid=server.id)
        self.assertEqual(("live-migration", "completed"), (record.migration_type, record.status))
        self.assertEqual(moved.compute_host, record.dest_compute)
        self.assertEqual([], list(self.admin.server_migrations(server)))
        with self.assertRaises(exceptions.HttpException):
            self.admin.abort_server_migration(record.id, server, ignore_missing=False)
        with self.assertRaises(exceptions.HttpException):
            self.admin.force_complete_server_migration(record.id, server)
