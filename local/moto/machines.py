"""What EC2 does with machines and moto leaves out: the images of EKS' nodes and the parameters that name them, fleets that
become instances at once, the role of Spot, and the paths of instance profiles. `local/RULES.md` lists the rules with their sources; each is held by a test in
`test/local/moto/machines.test.ts`.
"""

import hashlib
import re

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import amis
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.ec2.responses.elastic_block_store import ElasticBlockStore
from moto.ec2.responses.fleets import Fleets
from moto.ec2.utils import convert_tag_spec, random_fleet_id, random_spot_request_id
from moto.iam import models as iam
from moto.iam.exceptions import EntityAlreadyExists, IAMException
from moto.iam.responses import IamResponse
from moto.kms.models import kms_backends
from moto.ssm import models as ssm


def apply():
    publish_node_images()
    launch_instant_fleets()
    name_roles_of_services()
    list_instance_profiles_of_a_path()
    tell_the_default_key_of_volumes()


NODE_IMAGE_OWNER = "602401143452"
"""The account that most regions' images of EKS belong to (awslabs/amazon-eks-ami)."""

PARAMETER = re.compile(
    r"^/aws/service/eks/optimized-ami/(?P<version>1\.\d+)/amazon-linux-2023/(?P<architecture>x86_64|arm64)"
    r"/(?P<variant>standard|nvidia|neuron)/(?P<release>recommended|amazon-eks-node-al2023-[\w.-]+)/image_id$"
)


def publish_node_images():
    """An image of Amazon Linux 2023 for each version of Kubernetes, architecture and variant, by the public parameter that
    names it (EKS user guide, "Retrieve recommended Amazon Linux AMI IDs"): what asks for the parameter finds the image. There is
    none of Neuron for ARM."""
    check = ssm.ParameterDict._check_loading_status

    def check_loading_status(self, key):
        check(self, key)
        found = PARAMETER.match(str(key or ""))
        if not found or dict.__contains__(self, key) or found["variant"] == "neuron" and found["architecture"] == "arm64":
            return
        name = found["release"]
        if name == "recommended":
            name = f"amazon-eks-node-al2023-{found['architecture']}-{found['variant']}-{found['version']}-v20260415"
        elif not name.startswith(
            f"amazon-eks-node-al2023-{found['architecture']}-{found['variant']}-{found['version']}-v"
        ):
            return
        image = node_image(ssm.ec2_backends[self.account_id][self.region_name], name, found["architecture"])
        dict.__setitem__(
            self,
            key,
            [
                ssm.Parameter(
                    account_id=self.account_id,
                    name=key,
                    value=image.id,
                    parameter_type="String",
                    description=None,
                    allowed_pattern=None,
                    keyid=None,
                    last_modified_date=image.creation_date,
                    version=1,
                    data_type="text",
                )
            ],
        )

    def node_image(backend, name, architecture):
        image_id = f"ami-{hashlib.sha256(f'{backend.region_name}/{name}'.encode()).hexdigest()[:17]}"
        if image_id not in backend.amis:
            backend.amis[image_id] = amis.Ami(
                backend,
                image_id,
                name=name,
                description=f"EKS-optimized Kubernetes node based on Amazon Linux 2023 ({name})",
                owner_id=NODE_IMAGE_OWNER,
                owner_alias="amazon",
                public=True,
                virtualization_type="hvm",
                architecture=architecture,
                hypervisor="xen",
                root_device_type="ebs",
                root_device_name="/dev/xvda",
                region_name=f"{backend.region_name}a",
            )
        return backend.amis[image_id]

    ssm.ParameterDict._check_loading_status = check_loading_status


def launch_instant_fleets():
    """CreateFleet of the type instant (API reference; EC2 user guide, "Configure an EC2 Fleet of type instant"): every instance is
    made by its launch template with all that stands there, and an override beats it. Of the overrides the one with the
    lowest priority number is taken, which Karpenter sets to the price that it knows. moto passes over the instance
    profile, the security groups and volumes of the template, and over how its machines answer for their metadata. What
    cannot be launched is told in the list of errors, not by the call."""

    create = Fleets.create_fleet

    def create_fleet(self):
        if self._get_param("Type", if_none="maintain") != "instant":
            return create(self)
        backend = self.ec2_backend
        candidates = [
            candidate
            for config in self._get_param("LaunchTemplateConfigs", [])
            for candidate in candidates_of(backend, config)
        ]
        self.error_on_dryrun()
        target = self._get_param("TargetCapacitySpecification", {})
        kind = target.get("DefaultTargetCapacityType") or "on-demand"
        tags = convert_tag_spec(self._get_param("TagSpecifications", []))
        candidates.sort(key=lambda each: float(each["override"].get("Priority") or "inf"))
        instances, errors = [], []
        for _ in range(int(target.get("TotalTargetCapacity") or 0)):
            made = None
            for candidate in candidates:
                try:
                    made = launch(backend, candidate, tags, kind)
                    break
                except ServiceException as error:
                    errors.append(
                        {
                            "ErrorCode": error.code,
                            "ErrorMessage": str(error.message),
                            "Lifecycle": kind,
                            "LaunchTemplateAndOverrides": described(candidate),
                        }
                    )
            if made is not None:
                instances.append(
                    {
                        "InstanceIds": [made.id],
                        "InstanceType": made.instance_type,
                        "Lifecycle": kind,
                        "LaunchTemplateAndOverrides": described(candidate),
                    }
                )
        return ActionResult({"FleetId": random_fleet_id(), "Instances": instances, "Errors": errors})

    def candidates_of(backend, config):
        specification = config["LaunchTemplateSpecification"]
        if "LaunchTemplateId" in specification:
            template = backend.get_launch_template(specification["LaunchTemplateId"])
        else:
            template = backend.get_launch_template_by_name(specification["LaunchTemplateName"])
        version = template.get_version(specification.get("Version") or "$Default")
        return [
            {"template": template, "version": version, "override": override}
            for override in config.get("Overrides") or [{}]
        ]

    def described(candidate):
        return {
            "LaunchTemplateSpecification": {
                "LaunchTemplateId": candidate["template"].id,
                "Version": str(candidate["version"].number),
            },
            "Overrides": candidate["override"],
        }

    def has_spot_role(backend):
        """EC2 user guide, "Service-linked role for Spot Instances"; the words: kubernetes/kops#16475."""
        roles = iam.iam_backends[backend.account_id][backend.partition].get_roles()
        return any(role.name == SERVICE_ROLES["spot"] for role in roles)

    def launch(backend, candidate, fleet_tags, kind):
        data = candidate["version"].data | candidate["override"]
        instance_type = data.get("InstanceType")
        if kind == "spot" and not has_spot_role(backend):
            raise EC2ClientError(
                "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
                "The provided credentials do not have permission to create the service-linked role for EC2 Spot "
                "Instances.",
            )
        if instance_type not in INSTANCE_TYPES:
            raise EC2ClientError("InvalidParameterValue", f"Invalid value '{instance_type}' for InstanceType.")
        image = backend.describe_images(ami_ids=[data["ImageId"]])[0]
        supported = INSTANCE_TYPES[instance_type]["ProcessorInfo"]["SupportedArchitectures"]
        if image.architecture not in supported:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"The architecture '{','.join(supported)}' of the specified instance type does not match the "
                f"architecture '{image.architecture}' of the specified AMI.",
            )
        interfaces = [dict(each) for each in data.get("NetworkInterfaces") or [{"DeviceIndex": 0}]]
        if data.get("SubnetId"):
            interfaces[0]["SubnetId"] = data["SubnetId"]
        # By default what is made for a machine goes with it.
        interfaces[0].setdefault("DeleteOnTermination", True)
        groups = [group for each in interfaces for group in each.get("Groups") or []]
        template_tags = convert_tag_spec(data.get("TagSpecifications", []))
        reservation = backend.run_instances(
            image_id=data["ImageId"],
            count=1,
            user_data=data.get("UserData"),
            security_group_names=[],
            security_group_ids=groups or data.get("SecurityGroupIds") or [],
            instance_type=instance_type,
            is_instance_type_default=False,
            region_name=backend.region_name,
            subnet_id=data.get("SubnetId"),
            key_name=data.get("KeyName"),
            nics=interfaces,
            associate_public_ip=interfaces[0].get("AssociatePublicIpAddress"),
            monitoring_state="enabled" if (data.get("Monitoring") or {}).get("Enabled") else "disabled",
            metadata_options=data.get("MetadataOptions") or {},
            block_device_mappings=data.get("BlockDeviceMappings") or [],
            launch_template={
                "LaunchTemplateId": candidate["template"].id,
                "Version": str(candidate["version"].number),
            },
            tags={
                kind_of_resource: template_tags.get(kind_of_resource, {}) | fleet_tags.get(kind_of_resource, {})
                for kind_of_resource in ("instance", "volume")
            },
        )
        made = reservation.instances[0]
        if kind == "spot":
            made.lifecycle = "spot"
            made.spot_instance_request_id = random_spot_request_id()
        profile = data.get("IamInstanceProfile") or {}
        if profile:
            try:
                backend.associate_iam_instance_profile(
                    made.id,
                    iam_instance_profile_name=profile.get("Name"),
                    iam_instance_profile_arn=profile.get("Arn"),
                )
            except ServiceException:
                made.terminate()
                raise
        return made

    Fleets.create_fleet = create_fleet


SERVICE_ROLES = {
    "backup": "AWSServiceRoleForBackup",
    "eks": "AWSServiceRoleForAmazonEKS",
    "eks-nodegroup": "AWSServiceRoleForAmazonEKSNodegroup",
    "spot": "AWSServiceRoleForEC2Spot",
}
"""Names that services give their roles, each by its own guide."""


class RoleNameTaken(IAMException):
    code = "InvalidInput"


def name_roles_of_services():
    """CreateServiceLinkedRole gives a role the name that its service has chosen, and says of a second one that the name is
    taken (AWS Batch user guide, "Create Amazon EC2 spot fleet roles with the AWS CLI")."""
    prefix = "AWSServiceRoleFor"
    iam.SERVICE_NAME_CONVERSION.update(
        {service: name.removeprefix(prefix) for service, name in SERVICE_ROLES.items()}
    )
    create = iam.IAMBackend.create_service_linked_role

    def create_service_linked_role(self, service_name, description, suffix):
        try:
            return create(self, service_name, description, suffix)
        except EntityAlreadyExists:
            name = SERVICE_ROLES.get(service_name.split(".")[0], service_name)
            raise RoleNameTaken(
                f"Service role name {name} has been taken in this account, please try a different suffix."
            ) from None

    iam.IAMBackend.create_service_linked_role = create_service_linked_role


def list_instance_profiles_of_a_path():
    """ListInstanceProfiles with a PathPrefix lists those whose path begins with it (IAM API reference)."""
    list_all = iam.IAMBackend.get_instance_profiles

    def list_instance_profiles(self):
        prefix = self._get_param("PathPrefix", "/")
        found = [profile for profile in list_all(self.backend) if profile.path.startswith(prefix)]
        return ActionResult({"InstanceProfiles": found})

    IamResponse.list_instance_profiles = list_instance_profiles


def tell_the_default_key_of_volumes():
    """GetEbsDefaultKmsKeyId, which moto has not: the alias of AWS' key until the account names another (API reference; AWS CLI
    reference, get-ebs-default-kms-key-id)."""

    def get_ebs_default_kms_key_id(self):
        self.error_on_dryrun()
        backend, alias = self.ec2_backend, "alias/aws/ebs"
        kms = kms_backends[backend.account_id][backend.region_name]
        is_of_aws = not backend.default_kms_key_id or (
            kms.alias_exists(alias) and kms.describe_key(alias).arn == backend.default_kms_key_id
        )
        return ActionResult({"KmsKeyId": alias if is_of_aws else backend.default_kms_key_id})

    ElasticBlockStore.get_ebs_default_kms_key_id = get_ebs_default_kms_key_id
