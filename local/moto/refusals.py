"""What AWS refuses and moto takes: lengths, characters and conditions of other services. `local/RULES.md` lists them with
their sources; each is held by a test in `test/local/moto/refusals.test.ts`.
"""

import re
import unicodedata
from collections import Counter

from moto.acm import models as acm
from moto.cognitoidp import models as cognito
from moto.cognitoidp.exceptions import InvalidParameterException
from moto.core.exceptions import JsonRESTError
from moto.ec2.exceptions import DependencyViolationError, EC2ClientError
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.responses._base_response import EC2BaseResponse
from moto.ec2.responses.launch_templates import LaunchTemplates
from moto.ec2.responses.tags import TagResponse
from moto.efs.models import efs_backends
from moto.rds.models import rds_backends
from moto.route53.models import route53_backends


def apply():
    check_a_certificate_request()
    check_a_custom_domain()
    check_saml_metadata()
    check_tags_of_ec2()
    keep_a_security_group_that_is_needed()


def doubled_keys(tags):
    """The keys that a list of tags has more than once, in the order of the list."""
    counts = Counter(tag.get("Key") for tag in tags)
    return [key for key, count in counts.items() if count > 1]


def check_a_certificate_request():
    """The first name has at most 64 characters, a name 253, and tags hold certain characters only (API reference of ACM,
    RequestCertificate and type Tag)."""
    request = acm.AWSCertificateManagerBackend.request_certificate

    def request_certificate(self, domain_name, idempotency_token, subject_alt_names, tags, *rest, **options):
        if len(domain_name) > 64:
            raise JsonRESTError(
                "ValidationException", f"The first domain name can be no longer than 64 characters: {domain_name}"
            )
        for name in subject_alt_names or []:
            if len(name) > 253:
                raise JsonRESTError("ValidationException", f"A domain name has at most 253 characters: {name}")
        for tag in tags or []:
            for part in (tag["Key"], tag.get("Value", "")):
                if not all(allowed_in_a_tag(character) for character in part):
                    raise JsonRESTError("InvalidTagException", f"The tag has a character that is not allowed: {part}")
        for key in doubled_keys(tags or []):
            raise JsonRESTError("InvalidTagException", f"The tag key is named twice: {key}")
        return request(self, domain_name, idempotency_token, subject_alt_names, tags, *rest, **options)

    def allowed_in_a_tag(character):
        return character in "_.:/=+-@" or unicodedata.category(character)[0] in "LZN"

    acm.AWSCertificateManagerBackend.request_certificate = request_certificate


def check_a_custom_domain():
    """A domain has at most 63 characters (API reference of Cognito, CreateUserPoolDomain), and the name one step above a
    custom domain must resolve (developer guide, "Using your own domain for managed login"). A name in none of the account's
    public hosted zones is taken to resolve elsewhere."""
    create = cognito.CognitoIdpBackend.create_user_pool_domain

    def create_user_pool_domain(self, user_pool_id, domain, custom_domain_config=None):
        if len(domain) > 63:
            raise InvalidParameterException(
                "1 validation error detected: Value at 'domain' failed to satisfy constraint: Member must have length "
                "less than or equal to 63"
            )
        if custom_domain_config and not resolves(self.account_id, domain.partition(".")[2]):
            raise InvalidParameterException(
                "Custom domain is not a valid subdomain: Was not able to resolve the root domain, please ensure an A "
                "record exists for the root domain."
            )
        return create(self, user_pool_id, domain, custom_domain_config)

    def resolves(account_id, name):
        zones = [
            zone
            for zone in route53_backends[account_id]["aws"].zones.values()
            if not zone.private_zone and (name + ".").endswith("." + zone.name) or name + "." == zone.name
        ]
        if not zones:
            return True
        zone = max(zones, key=lambda each: len(each.name))
        return any(
            record.type in ("A", "AAAA", "CNAME") and record.name.strip(".").lower() == name for record in zone.rrsets
        )

    cognito.CognitoIdpBackend.create_user_pool_domain = create_user_pool_domain


def check_saml_metadata():
    """An identity provider must have a sign-on address of the HTTP-Redirect binding ("No SingleSignOn Http redirect binding
    location found in metadata", ssoready/dummyidp issue 10)."""
    binding = re.compile(
        r"<(?:\w+:)?SingleSignOnService\b[^>]*urn:oasis:names:tc:SAML:2\.0:bindings:HTTP-Redirect"
    )

    def check(details):
        metadata = (details or {}).get("MetadataFile")
        if metadata is not None and not binding.search(metadata):
            raise InvalidParameterException(
                "No SingleSignOn Http redirect binding location found in metadata"
            )

    create = cognito.CognitoIdpBackend.create_identity_provider
    update = cognito.CognitoIdpBackend.update_identity_provider

    def create_identity_provider(self, user_pool_id, name, extended_config):
        check(extended_config.get("ProviderDetails"))
        return create(self, user_pool_id, name, extended_config)

    def update_identity_provider(self, user_pool_id, name, extended_config):
        check(extended_config.get("ProviderDetails"))
        return update(self, user_pool_id, name, extended_config)

    cognito.CognitoIdpBackend.create_identity_provider = create_identity_provider
    cognito.CognitoIdpBackend.update_identity_provider = update_identity_provider


def check_tags_of_ec2():
    """No list of tags has a key twice: EC2 says "Duplicate tag key 'Name' specified" to RunInstances and others
    (cloud-custodian#3792). That the tags which a launch template gives to instances and volumes are held to it when the
    template is made is assumed; the instances would be refused."""

    def refuse_doubles(tags):
        for key in doubled_keys(tags):
            raise EC2ClientError("InvalidParameterValue", f"Duplicate tag key '{key}' specified.")

    def refuse_doubles_of(specifications):
        for specification in specifications:
            refuse_doubles(specification.get("Tags", []))

    parse = EC2BaseResponse._parse_tag_specification

    def parse_tag_specification(self, *rest):
        for name in ("TagSpecification", "TagSpecifications"):
            refuse_doubles_of(self._get_param(name, []))
        return parse(self, *rest)

    EC2BaseResponse._parse_tag_specification = parse_tag_specification

    def checked(operation):
        def checked_operation(self):
            refuse_doubles(self._get_param("Tags", []))
            refuse_doubles_of(self._get_param("LaunchTemplateData", {}).get("TagSpecifications", []))
            return operation(self)

        return checked_operation

    LaunchTemplates.create_launch_template = checked(LaunchTemplates.create_launch_template)
    LaunchTemplates.create_launch_template_version = checked(LaunchTemplates.create_launch_template_version)
    TagResponse.create_tags = checked(TagResponse.create_tags)


def keep_a_security_group_that_is_needed():
    """A group to which a rule of another refers, or that an instance of RDS or a mount target of EFS has, is not deleted (EC2 API
    reference, DeleteSecurityGroup: DependencyViolation; RDS user guide, "Deleting DB VPC security groups"; EFS API reference,
    CreateMountTarget: a mount target is a network interface with its groups)."""
    delete = SecurityGroupBackend.delete_security_group

    def delete_security_group(self, name=None, group_id=None):
        for groups in self.groups.values():
            for group in groups.values():
                rules = [*group.ingress_rules, *group.egress_rules]
                referred = {rule.source_group.get("GroupId") for rule in rules}
                if group.id != group_id and group_id in referred:
                    raise DependencyViolationError(f"resource {group_id} has a dependent object")
        databases = rds_backends[self.account_id][self.region_name].databases.values()
        targets = efs_backends[self.account_id][self.region_name].mount_targets_by_id.values()
        users = [database.vpc_security_group_ids for database in databases]
        users += [target.security_groups or [] for target in targets]
        for groups in users:
            if group_id is not None and group_id in groups:
                raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return delete(self, name, group_id)

    SecurityGroupBackend.delete_security_group = delete_security_group
