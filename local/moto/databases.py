"""What RDS does with instances and their groups, and moto does not: it refuses, and it takes its time. `local/RULES.md` lists
the rules with their sources; each is held by a test in `test/local/moto/databases.test.ts`.

An instance is `creating`, `modifying` or `deleting`, and parameters of a group are not complete, for as long as {@link seconds} says,
which is no time unless the region asks for it: `POST /local-region/rds-seconds`.
"""

import re
import time

from moto.ec2.models import ec2_backends
from moto.rds import models as rds
from moto.rds.exceptions import (
    InvalidDBInstanceStateError,
    InvalidParameterCombination,
    InvalidParameterValue,
    RDSClientError,
)

#: How long RDS takes for an instance; the real one some ten minutes.
seconds = 0.0

#: Minor versions of MySQL 8.4 that are offered (the newest is taken where none is named).
versions = ["8.4.3", "8.4.5", "8.4.6", "8.4.7"]
#: Classes that are offered, a few of each family.
classes = [
    f"db.{family}.{size}"
    for family, sizes in {
        "t4g": ["micro", "small", "medium", "large"],
        "m7g": ["large", "xlarge"],
        "r7g": ["large", "xlarge"],
    }.items()
    for size in sizes
]
#: Parameters of MySQL 8.4 that are known here, and whether they take effect while an instance runs.
parameters = {"require_secure_transport": True, "authentication_policy": False, "max_connections": True}

waiting = {
    "db_instance_class",
    "allocated_storage",
    "multi_az",
    "engine_version",
    "backup_retention_period",
    "master_user_password",
}


def apply():
    offer_classes_of_mysql()
    check_groups()
    check_and_delay_instances()


def is_mysql(database):
    return database.engine == "mysql" and database.db_cluster_identifier is None


def zones_of(subnets):
    return {subnet.availability_zone for subnet in subnets}


def offer_classes_of_mysql():
    """DescribeOrderableDBInstanceOptions: each version, class and kind of storage, with its bounds and zones."""
    describe = rds.RDSBackend.describe_orderable_db_instance_options

    def describe_orderable_db_instance_options(self, engine, engine_version):
        if engine != "mysql":
            return describe(self, engine, engine_version)
        zones = [{"Name": f"{self.region_name}{letter}"} for letter in "abc"]
        return [
            {
                "Engine": "mysql",
                "EngineVersion": version,
                "DBInstanceClass": name,
                "StorageType": "gp3",
                "AvailabilityZones": zones,
                "MultiAZCapable": True,
                "Vpc": True,
                "SupportsStorageEncryption": True,
                "SupportsStorageAutoscaling": True,
                "MinStorageSize": 20,
                "MaxStorageSize": 65536,
            }
            for version in versions
            for name in classes
            if engine_version in (None, version)
        ]

    rds.RDSBackend.describe_orderable_db_instance_options = describe_orderable_db_instance_options


def check_groups():
    """A subnet group covers two zones (CreateDBSubnetGroup: DBSubnetGroupDoesNotCoverEnoughAZs). No name is taken twice. A group
    that an instance has stays (DeleteDBSubnetGroup, DeleteDBParameterGroup: Invalid…State). A parameter group has the parameters
    of its family alone, and a static one is set by a restart (ModifyDBParameterGroup)."""
    create_subnets = rds.RDSBackend.create_subnet_group
    modify_subnets = rds.RDSBackend.modify_db_subnet_group
    delete_subnets = rds.RDSBackend.delete_subnet_group
    delete_parameters = rds.RDSBackend.delete_db_parameter_group
    modify_parameters = rds.RDSBackend.modify_db_parameter_group

    def require_zones(subnets):
        if len(zones_of(subnets)) < 2:
            raise RDSClientError(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: "
                f"{', '.join(sorted(zones_of(subnets)))}. Add subnets to cover at least 2 AZs.",
            )

    def create_subnet_group(self, subnet_name, description, subnets, tags):
        if subnet_name in self.subnet_groups:
            raise RDSClientError(
                "DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists."
            )
        require_zones(subnets)
        return create_subnets(self, subnet_name, description, subnets, tags)

    def modify_db_subnet_group(self, subnet_name, description, subnets):
        require_zones(subnets)
        group = modify_subnets(self, subnet_name, description, subnets)
        # moto takes it out and does not put it back.
        self.subnet_groups[subnet_name] = group
        return group

    def delete_subnet_group(self, subnet_name):
        for database in settled(self).values():
            if getattr(database, "_db_subnet_group_name", None) == subnet_name:
                raise RDSClientError(
                    "InvalidDBSubnetGroupStateFault",
                    f"Cannot delete the subnet group '{subnet_name}' because at least one database instance: "
                    f"{database.db_instance_identifier} is still using it.",
                )
        return delete_subnets(self, subnet_name)

    def delete_db_parameter_group(self, db_parameter_group_name):
        for database in settled(self).values():
            if database.db_parameter_group_name == db_parameter_group_name:
                raise RDSClientError(
                    "InvalidDBParameterGroupState",
                    "One or more database instances are still members of this parameter group "
                    f"{db_parameter_group_name}, so the group cannot be deleted",
                )
        return delete_parameters(self, db_parameter_group_name)

    def modify_db_parameter_group(self, db_parameter_group_name, db_parameter_group_parameters):
        group = self.db_parameter_groups.get(db_parameter_group_name)
        if group is not None:
            group._set_at = time.monotonic()
        for parameter in db_parameter_group_parameters:
            name = parameter["ParameterName"]
            if group is None or group.family != "mysql8.4":
                continue
            if name not in parameters:
                raise InvalidParameterValue(f"Could not find parameter with name: {name}")
            if parameter.get("ApplyMethod") == "immediate" and not parameters[name]:
                raise InvalidParameterCombination(
                    "cannot use immediate apply method for static parameter"
                )
        return modify_parameters(self, db_parameter_group_name, db_parameter_group_parameters)

    rds.RDSBackend.create_subnet_group = create_subnet_group
    rds.RDSBackend.modify_db_subnet_group = modify_db_subnet_group
    rds.RDSBackend.delete_subnet_group = delete_subnet_group
    rds.RDSBackend.delete_db_parameter_group = delete_db_parameter_group
    rds.RDSBackend.modify_db_parameter_group = modify_db_parameter_group


def set_state(words):
    """Brings an instance of any region into a state by itself: `NAME STATE`, or `NAME STATE empty` for one that was never backed
    up."""
    name, state, *more = words.split()
    for regions in rds.rds_backends.values():
        for backend in regions.values():
            if name in backend.databases:
                database = backend.databases[name]
                database.status, database._until = state, None
                database._is_empty = more == ["empty"]


def settled(backend):
    """The instances of a region; what is over by now has happened."""
    now = time.monotonic()
    for identifier, database in list(backend.databases.items()):
        until = getattr(database, "_until", None)
        if until is None or now < until:
            continue
        database._until = None
        if database.status == "deleting":
            backend.databases.pop(identifier, None)
            continue
        for key, value in getattr(database, "_pending", {}).items():
            setattr(database, key, value)
            database.pending_modified_values.pop(camel(key), None)
        database._pending = {}
        database.status = "available"
    return backend.databases


def check_an_instance(backend, asked):
    """CreateDBInstance: what user, password, version, storage and groups may be."""
    password = asked.get("master_user_password")
    if not asked.get("manage_master_user_password"):
        if password is None or not re.fullmatch(r"[!-~]{8,41}", password) or re.search(r'[/"@]', password):
            raise InvalidParameterValue(
                "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides "
                "'/', '@', '\"', ' ' may be used."
            )
    if not re.fullmatch(r"[A-Za-z]\w{0,15}", asked.get("master_username") or ""):
        raise InvalidParameterValue("The parameter MasterUsername is not a valid identifier.")
    version = asked.get("engine_version") or "8.4"
    if version == "8.4":
        asked["engine_version"] = versions[-1]
    elif version.startswith("8.4") and version not in versions:
        raise InvalidParameterCombination(f"Cannot find version {version} for mysql")
    check_storage(asked.get("allocated_storage"), asked.get("max_allocated_storage"))
    group = backend.subnet_groups.get(asked.get("db_subnet_group_name") or "")
    if group is not None:
        for identifier in asked.get("vpc_security_group_ids") or []:
            found = ec2_backends[backend.account_id][backend.region_name].get_security_group_from_id(identifier)
            if found is None or found.vpc_id != group.vpc_id:
                raise InvalidParameterCombination(
                    "The DB instance and EC2 security group are in different VPCs. The DB instance is in "
                    f"{group.vpc_id} and the EC2 security group is in {found and found.vpc_id}"
                )
    parameter_group = backend.db_parameter_groups.get(asked.get("db_parameter_group_name") or "")
    if parameter_group is not None and not asked["engine_version"].startswith(
        parameter_group.family.removeprefix("mysql") + "."
    ):
        raise InvalidParameterCombination(
            f"The Parameter Group {parameter_group.name} with DBParameterGroupFamily {parameter_group.family} cannot be "
            "used for this instance. Please use a Parameter Group with DBParameterGroupFamily "
            f"mysql{asked['engine_version'].rpartition('.')[0]}"
        )


def check_storage(storage, most):
    """User guide, "Amazon RDS DB instance storage" (gp3) and "Managing capacity automatically with storage autoscaling"."""
    if storage is not None and not 20 <= int(storage) <= 65536:
        raise InvalidParameterCombination(f"Invalid storage size for engine name mysql and storage type gp3: {storage}")
    if storage is not None and most is not None and int(most) < int(storage) * 1.1:
        raise InvalidParameterCombination(
            "Max storage size must be at least 10% greater than the current storage size"
        )


def check_and_delay_instances():
    create = rds.RDSBackend.create_db_instance
    describe = rds.RDSBackend.describe_db_instances
    modify = rds.RDSBackend.modify_db_instance
    delete = rds.RDSBackend.delete_db_instance
    address = rds.DBInstance.endpoint.fget
    restorable = rds.DBInstance.latest_restorable_time.fget
    status_list = rds.DBInstance.db_parameter_group_status_list.fget

    def create_db_instance(self, db_kwargs):
        is_ours = db_kwargs.get("engine") == "mysql" and db_kwargs.get("db_cluster_identifier") is None
        settled(self)
        if is_ours and db_kwargs["db_instance_identifier"] not in self.databases:
            check_an_instance(self, db_kwargs)
        database = create(self, db_kwargs)
        if is_ours:
            group = self.db_parameter_groups.get(db_kwargs.get("db_parameter_group_name") or "")
            database._lacks_parameters = time.monotonic() - getattr(group, "_set_at", -seconds) < seconds
        if is_ours and seconds > 0:
            database.status = "creating"
            database._until = time.monotonic() + seconds
        return database

    def parameter_groups_of(database):
        """One that was made before its group was complete has the engine's parameters until a restart."""
        groups = status_list(database)
        for group in groups:
            if getattr(database, "_lacks_parameters", False):
                group.ParameterApplyStatus = "pending-reboot"
        return groups

    def describe_db_instances(self, db_instance_identifier=None, filters=None):
        settled(self)
        return describe(self, db_instance_identifier, filters)

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        database = describe_db_instances(self, db_instance_identifier)[0]
        if not is_mysql(database):
            return modify(self, db_instance_identifier, db_kwargs)
        protection = {"db_instance_identifier", "deletion_protection", "apply_immediately"}
        # That what is broken may lose its protection is assumed: it could not be deleted otherwise.
        under_way = database.status in ("creating", "modifying", "deleting")
        if under_way or (database.status != "available" and set(db_kwargs) - protection):
            raise InvalidDBInstanceStateError(db_instance_identifier, "available")
        storage = db_kwargs.get("allocated_storage")
        if storage is not None and int(storage) < int(database.allocated_storage):
            raise InvalidParameterCombination("Requested storage cannot be less than the current storage")
        version = db_kwargs.get("engine_version")
        if version is not None and (
            version not in versions or versions.index(version) < versions.index(database.engine_version)
        ):
            raise InvalidParameterCombination(f"Cannot upgrade mysql from {database.engine_version} to {version}")
        check_storage(
            storage or database.allocated_storage,
            db_kwargs.get("max_allocated_storage"),
        )
        later = {key: db_kwargs.get(key) for key in waiting if db_kwargs.get(key) is not None}
        if later and not db_kwargs.get("apply_immediately"):
            # For the maintenance window, which does not come here.
            modify(self, db_instance_identifier, {k: v for k, v in db_kwargs.items() if k not in later})
            database.pending_modified_values = {camel(key): value for key, value in later.items()}
            return database
        if seconds == 0 or not later:
            database.pending_modified_values = {}
            return modify(self, db_instance_identifier, db_kwargs)
        # They are pending first, while the instance is said to be available.
        now = {key: value for key, value in db_kwargs.items() if key not in later}
        modify(self, db_instance_identifier, now)
        database._pending = later
        database.pending_modified_values = {camel(key): value for key, value in later.items()}
        if "MasterUserPassword" in database.pending_modified_values:
            database.pending_modified_values["MasterUserPassword"] = "****"
        database._until = time.monotonic() + seconds
        return database

    def delete_db_instance(
        self,
        db_instance_identifier,
        final_db_snapshot_identifier=None,
        skip_final_snapshot=False,
        delete_automated_backups=True,
    ):
        database = settled(self).get(db_instance_identifier)
        if database is not None and is_mysql(database):
            if not skip_final_snapshot and final_db_snapshot_identifier is None:
                raise InvalidParameterCombination(
                    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
                )
            if skip_final_snapshot and final_db_snapshot_identifier is not None:
                raise InvalidParameterCombination(
                    "FinalDBSnapshotIdentifier can not be specified when deleting a DB instance with SkipFinalSnapshot."
                )
            # Of what is not available no snapshot is made, and what is being deleted is not deleted again.
            if database.status == "deleting" or (not skip_final_snapshot and database.status != "available"):
                raise InvalidDBInstanceStateError(db_instance_identifier, "available")
        tags = list(database.tags) if database is not None and database.copy_tags_to_snapshot else []
        gone = delete(
            self,
            db_instance_identifier,
            final_db_snapshot_identifier=final_db_snapshot_identifier,
            skip_final_snapshot=skip_final_snapshot,
            delete_automated_backups=delete_automated_backups,
        )
        if final_db_snapshot_identifier is not None:
            self.database_snapshots[final_db_snapshot_identifier].tags = tags
        if is_mysql(gone) and seconds > 0:
            gone._until = time.monotonic() + seconds
            self.databases[db_instance_identifier] = gone
        return gone

    def endpoint(self):
        """There is none before an instance is available."""
        return None if self.status == "creating" else address(self)

    def latest_restorable_time(self):
        """There is none before the first backup."""
        return None if self.status == "creating" or getattr(self, "_is_empty", False) else restorable(self)

    rds.RDSBackend.create_db_instance = create_db_instance
    rds.RDSBackend.describe_db_instances = describe_db_instances
    rds.RDSBackend.modify_db_instance = modify_db_instance
    rds.RDSBackend.delete_db_instance = delete_db_instance
    rds.DBInstance.db_parameter_group_status_list = property(parameter_groups_of)
    rds.DBInstance.endpoint = property(endpoint)
    rds.DBInstance.latest_restorable_time = property(latest_restorable_time)


def camel(name):
    """RDS' own name of a setting: `DBInstanceClass`, `MultiAZ`."""
    special = {"db_instance_class": "DBInstanceClass", "multi_az": "MultiAZ"}
    return special.get(name, "".join(part.capitalize() for part in name.split("_")))

