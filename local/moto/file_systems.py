"""What EFS does with file systems and moto leaves out: it changes their throughput and backups, takes its time, and refuses more.
`local/RULES.md` lists the rules with their sources; each is held by a test in `test/local/moto/file-systems.test.ts`.
"""

import json
import time

from moto.efs import models as efs
from moto.efs.exceptions import AccessPointNotFound, BadRequest, EFSError, FileSystemNotFound
from moto.efs.responses import EFSResponse

JSON_TYPE = {"Content-Type": "application/json"}

ACCESS_POINTS_OF_A_FILE_SYSTEM = 10_000
"""EFS quotas, "Resource quotas"."""

EMPTY_BYTES = 6144
"""What EFS measures of a file system without a file (EFS user guide, "Metering")."""

COOLING_SECONDS = 24 * 3600
"""Between two changes of the throughput (API reference, UpdateFileSystem, TooManyRequests)."""


def apply():
    file_systems_take_their_time()
    change_file_systems()
    mount_targets_take_their_time()
    check_access_points()


def refused(status, code, message):
    refusal = EFSError(code, message)
    refusal.code = status
    return refusal


def check_throughput(mode, mibps, performance_mode="generalPurpose"):
    """API reference, CreateFileSystem and UpdateFileSystem."""
    if mode not in (None, "bursting", "provisioned", "elastic"):
        raise refused(400, "ValidationException", f"Unknown throughput mode: {mode}")
    if (mode == "provisioned") != bool(mibps):
        raise refused(
            400, "BadRequest", "ProvisionedThroughputInMibps is for the throughput mode provisioned, which needs it."
        )
    if mode == "elastic" and performance_mode == "maxIO":
        raise refused(400, "BadRequest", "MaxIO is not supported for file systems that use Elastic throughput.")


def file_systems_take_their_time():
    """CreateFileSystem returns while the file system is `creating`, of which DescribeFileSystems tells; no mount target can be
    made until it is `available` (API reference, CreateFileSystem, CreateMountTarget). Here it is at the second look."""
    initialise = efs.FileSystem.__init__
    describe = efs.EFSBackend.describe_file_systems

    def initialised(self, *arguments, **options):
        check_throughput(
            options.get("throughput_mode"),
            options.get("provisioned_throughput_in_mibps"),
            options.get("performance_mode"),
        )
        initialise(self, *arguments, **options)
        self.life_cycle_state = "creating"
        self._looks = 0
        self._throughput_changed = 0
        self._size_value = EMPTY_BYTES

    def describe_file_systems(self, *arguments, **options):
        marker, found = describe(self, *arguments, **options)
        for each in found:
            each._looks += 1
            if each._looks > 1:
                each.life_cycle_state = "available"
        return marker, found

    efs.FileSystem.__init__ = initialised
    efs.EFSBackend.describe_file_systems = describe_file_systems


def change_file_systems():
    """UpdateFileSystem and PutBackupPolicy, which moto does not have."""

    def found(self):
        file_system_id = self._get_param("FileSystemId")
        file_systems = self.efs_backend.file_systems_by_id
        if file_system_id not in file_systems:
            raise FileSystemNotFound(file_system_id)
        return file_systems[file_system_id]

    def update_file_system(self):
        file_system = found(self)
        mode = self._get_param("ThroughputMode") or file_system.throughput_mode
        mibps = self._get_param("ProvisionedThroughputInMibps")
        check_throughput(mode, mibps, file_system.performance_mode)
        lowers = mode == "provisioned" and float(mibps) < float(file_system.provisioned_throughput_in_mibps or 0)
        if mode != file_system.throughput_mode or lowers:
            if time.time() - file_system._throughput_changed < COOLING_SECONDS:
                raise refused(
                    429, "TooManyRequests", "The throughput was changed, or decreased, within the last 24 hours."
                )
            file_system._throughput_changed = time.time()
        file_system.throughput_mode = mode
        file_system.provisioned_throughput_in_mibps = float(mibps) if mibps else None
        return json.dumps(file_system.info_json()), {"status": 202, **JSON_TYPE}

    def put_backup_policy(self):
        file_system = found(self)
        status = (self._get_param("BackupPolicy") or {}).get("Status")
        if status not in ("ENABLED", "DISABLED"):
            raise refused(400, "ValidationException", f"Unknown status of a backup policy: {status}")
        file_system._backup = status == "ENABLED"
        return json.dumps({"BackupPolicy": {"Status": status}}), JSON_TYPE

    EFSResponse.update_file_system = update_file_system
    EFSResponse.put_backup_policy = put_backup_policy

    put = efs.EFSBackend.put_lifecycle_configuration

    def put_lifecycle_configuration(self, file_system_id, policies):
        """API reference, PutLifecycleConfiguration: Archive with elastic throughput alone, and after Infrequent Access."""
        days = {name: int(rule.split("_")[1]) for policy in policies for name, rule in policy.items()}
        file_system = self.file_systems_by_id.get(file_system_id)
        if "TransitionToArchive" in days:
            if file_system is not None and file_system.throughput_mode != "elastic":
                raise BadRequest("Archive is available for file systems that use Elastic throughput.")
            if days["TransitionToArchive"] <= days.get("TransitionToIA", 0):
                raise BadRequest("TransitionToArchive must be later than TransitionToIA.")
        return put(self, file_system_id, policies)

    efs.EFSBackend.put_lifecycle_configuration = put_lifecycle_configuration


def mount_targets_take_their_time():
    """A mount target is `creating` and, when it is deleted, `deleting` for a while (API reference, CreateMountTarget,
    DeleteMountTarget): here until the second look. It is made for a file system that is available."""
    create = efs.EFSBackend.create_mount_target
    describe = efs.EFSBackend.describe_mount_targets
    delete = efs.EFSBackend.delete_mount_target

    def create_mount_target(self, file_system_id, *arguments, **options):
        file_system = self.file_systems_by_id.get(file_system_id)
        if file_system is not None and file_system.life_cycle_state != "available":
            raise refused(
                409, "IncorrectFileSystemLifeCycleState", f"The file system {file_system_id} is not available."
            )
        made = create(self, file_system_id, *arguments, **options)
        made.life_cycle_state = "creating"
        made._looks = 0
        return made

    def describe_mount_targets(self, *arguments, **options):
        marker, found = describe(self, *arguments, **options)
        for each in found:
            each._looks += 1
            if each._looks > 1 and each.life_cycle_state == "creating":
                each.life_cycle_state = "available"
            elif each._looks > 1 and each.life_cycle_state == "deleting":
                delete(self, each.mount_target_id)
        return marker, found

    def delete_mount_target(self, mount_target_id):
        found = self.mount_targets_by_id.get(mount_target_id)
        if found is None:
            delete(self, mount_target_id)
        found.life_cycle_state = "deleting"
        found._looks = 0

    efs.EFSBackend.create_mount_target = create_mount_target
    efs.EFSBackend.describe_mount_targets = describe_mount_targets
    efs.EFSBackend.delete_mount_target = delete_mount_target


def check_access_points():
    """API reference, CreateAccessPoint and DeleteAccessPoint; EFS quotas, "Resource quotas"."""
    create = efs.EFSBackend.create_access_point
    delete = efs.EFSBackend.delete_access_point

    def create_access_point(self, client_token, tags, file_system_id, *arguments, **options):
        if file_system_id not in self.file_systems_by_id:
            raise FileSystemNotFound(file_system_id)
        present = [each for each in self.access_points.values() if each.file_system_id == file_system_id]
        if any(each.client_token == client_token for each in present):
            raise refused(409, "AccessPointAlreadyExists", f"An access point exists with the token {client_token}.")
        if len(present) >= ACCESS_POINTS_OF_A_FILE_SYSTEM:
            raise refused(
                403, "AccessPointLimitExceeded", f"A file system has {ACCESS_POINTS_OF_A_FILE_SYSTEM} access points."
            )
        return create(self, client_token, tags, file_system_id, *arguments, **options)

    def delete_access_point(self, access_point_id):
        if access_point_id not in self.access_points:
            raise AccessPointNotFound(access_point_id)
        delete(self, access_point_id)

    efs.EFSBackend.create_access_point = create_access_point
    efs.EFSBackend.delete_access_point = delete_access_point
