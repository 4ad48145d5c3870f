# SPDX-License-Identifier: Apache-2.0
"""openstacksdk's classes that need a service which is not there: the refusal says so."""

from __future__ import annotations

from openstack import exceptions
from openstack.compute.v2 import image, server_share, volume_attachment

from tests.clients.sdk_case import NOBODY, SdkCase, tries


class ElsewhereClasses(SdkCase):
    @tries(image.Image, image.ImageDetail)
    def test_the_proxy_of_images_is_gone(self) -> None:
        compute = self.cloud.connection(microversion="2.36").compute
        with self.assertRaises(exceptions.NotFoundException):
            list(compute.images(details=False))
        with self.assertRaises(exceptions.NotFoundException):
            list(compute.images())

    @tries(volume_attachment.VolumeAttachment)
    def test_volumes_need_the_volume_service(self) -> None:
        server = self.boot()
        self.assertEqual([], list(self.member.volume_attachments(server)))
        with self.assertRaises(exceptions.NotFoundException):
            self.member.get_volume_attachment(server, NOBODY)
        with self.assertRaises(exceptions.HttpException) as refused:
            self.member.create_volume_attachment(server, volume=NOBODY)
        self.assertLess(refused.exception.status_code, 500)

    @tries(server_share.ShareMapping)
    def test_shares_need_the_share_service(self) -> None:
        server = self.boot()
        self.assertEqual([], list(self.member.share_attachments(server)))
        with self.assertRaises(exceptions.NotFoundException):
            self.member.get_share_attachment(server, NOBODY)
        with self.assertRaises(exceptions.HttpException) as refused:
            self.member.create_share_attachment(server, NOBODY)
        self.assertLess(refused.exception.status_code, 500)
