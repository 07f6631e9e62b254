"""Where moto answers otherwise than AWS in a way that the workflows would notice, it is set right here.

Each function names what AWS does. Every correction is held by a test in `test/local/moto/corrections.test.ts`, so that a
newer moto that needs it no more, or differs elsewhere, is found out.
"""

import json

from moto.acm import models as acm
from moto.cognitoidp import models as cognito
from moto.cognitoidp.exceptions import InvalidParameterException
from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.exceptions import JsonRESTError
from moto.core.responses import EmptyResult
from moto.route53 import models as route53
from moto.route53.exceptions import ResourceRecordAlreadyExists, Route53ClientError
from moto.s3 import models as s3


def apply():
    keep_what_a_user_pool_was_made_with()
    reset_what_an_app_client_is_not_sent()
    refuse_a_second_provider_of_a_name()
    tell_how_a_custom_domain_is_set_up()
    keep_a_user_pool_with_a_domain()
    take_tags_off_a_user_pool()
    compare_record_changes_with_the_zone()
    remember_the_token_of_a_deleted_certificate()
    write_bucket_policies_otherwise()


def keep_what_a_user_pool_was_made_with():
    """UpdateUserPool cannot change these, so it does not remove them either."""
    fixed = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
    update = cognito.CognitoIdpBackend.update_user_pool

    def update_user_pool(self, user_pool_id, extended_config):
        pool = self.describe_user_pool(user_pool_id)
        kept = {key: pool.extended_config[key] for key in fixed if key in pool.extended_config}
        update(self, user_pool_id, extended_config)
        pool.extended_config.pop("UserPoolId", None)
        pool.extended_config.update(kept)

    cognito.CognitoIdpBackend.update_user_pool = update_user_pool


def reset_what_an_app_client_is_not_sent():
    """UpdateUserPoolClient sets whatever it is not sent to its default."""

    def update_user_pool_client(self, user_pool_id, client_id, extended_config):
        client = self.describe_user_pool_client(user_pool_id, client_id)
        name = client.extended_config.get("ClientName")
        defaults = cognito.CognitoIdpUserPoolClient(user_pool_id, True, {"ClientName": name})
        client.extended_config = {**defaults.extended_config, **extended_config}
        return client

    cognito.CognitoIdpBackend.update_user_pool_client = update_user_pool_client


def refuse_a_second_provider_of_a_name():
    """CreateIdentityProvider: DuplicateProviderException."""
    create = cognito.CognitoIdpBackend.create_identity_provider

    def create_identity_provider(self, user_pool_id, name, extended_config):
        if name in self.describe_user_pool(user_pool_id).identity_providers:
            raise JsonRESTError(
                "DuplicateProviderException",
                f"A provider with the name {name} already exists in the user pool.",
            )
        return create(self, user_pool_id, name, extended_config)

    cognito.CognitoIdpBackend.create_identity_provider = create_identity_provider


def tell_how_a_custom_domain_is_set_up():
    """DescribeUserPoolDomain tells certificate and version, DescribeUserPool tells a custom domain as such, a domain belongs
    to one pool, and a new certificate does not move it to another distribution."""
    domain_json = cognito.CognitoIdpUserPoolDomain.to_json
    pool_json = cognito.CognitoIdpUserPool.to_json
    create = cognito.CognitoIdpBackend.create_user_pool_domain

    def describe_domain(self, extended=True):
        described = domain_json(self, extended)
        if extended and self.custom_domain_config:
            described["CustomDomainConfig"] = self.custom_domain_config
            described["ManagedLoginVersion"] = getattr(self, "managed_login_version", 1)
        return described

    def describe_pool(self, extended=False):
        described = pool_json(self, extended)
        if self.domain and self.domain.custom_domain_config:
            described.pop("Domain", None)
            described["CustomDomain"] = self.domain.domain
        return described

    def distribution_name(self):
        suffix = "cloudfront.net" if self.custom_domain_config else "amazoncognito.com"
        return f"{cognito.md5_hash(self.domain.encode()).hexdigest()[:14]}.{suffix}"

    def create_user_pool_domain(self, user_pool_id, domain, custom_domain_config=None):
        # Its distribution's name is one of all regions, which have one CloudFront.
        places = cognito.cognitoidp_backends[self.account_id].values() if custom_domain_config else [self]
        if any(domain in place.user_pool_domains for place in places):
            raise InvalidParameterException("Domain already associated with another user pool.")
        return create(self, user_pool_id, domain, custom_domain_config)

    def remembering_version(respond):
        def respond_and_remember(self):
            answer = respond(self)
            version = self._get_param("ManagedLoginVersion")
            if version is not None:
                self.backend.describe_user_pool_domain(self._get_param("Domain")).managed_login_version = version
            return answer

        return respond_and_remember

    cognito.CognitoIdpUserPoolDomain.to_json = describe_domain
    cognito.CognitoIdpUserPoolDomain._distribution_name = distribution_name
    cognito.CognitoIdpUserPool.to_json = describe_pool
    cognito.CognitoIdpBackend.create_user_pool_domain = create_user_pool_domain
    for operation in ("create_user_pool_domain", "update_user_pool_domain"):
        setattr(CognitoIdpResponse, operation, remembering_version(getattr(CognitoIdpResponse, operation)))


def keep_a_user_pool_with_a_domain():
    """DeleteUserPool is refused until the domain has been deleted."""
    delete = cognito.CognitoIdpBackend.delete_user_pool

    def delete_user_pool(self, user_pool_id):
        if self.describe_user_pool(user_pool_id).domain:
            raise InvalidParameterException(
                "User pool cannot be deleted. It has a domain configured that should be deleted first."
            )
        delete(self, user_pool_id)

    cognito.CognitoIdpBackend.delete_user_pool = delete_user_pool


def take_tags_off_a_user_pool():
    """UntagResource, which moto has not."""

    def untag_resource(self):
        pool = self.backend.describe_user_pool(self._get_param("ResourceArn").split("/")[-1])
        for key in self._get_param("TagKeys"):
            pool.extended_config.get("UserPoolTags", {}).pop(key, None)
        return EmptyResult()

    CognitoIdpResponse.untag_resource = untag_resource


def compare_record_changes_with_the_zone():
    """ChangeResourceRecordSets compares with what stands in the zone: CREATE is refused where the record is, DELETE where it
    is not or says something else. moto compares with a journal of earlier changes, in which a deleted record still stands."""
    change = route53.Route53Backend.change_resource_record_sets

    def change_resource_record_sets(self, zoneid, change_list):
        zone = self.get_hosted_zone(zoneid)
        standing = {key_of(vars(record), True): content_of(vars(record), True) for record in zone.rrsets}
        for item in change_list:
            wanted = item["ResourceRecordSet"]
            key = key_of(wanted, False)
            if item["Action"] == "CREATE" and key in standing:
                raise ResourceRecordAlreadyExists(name=key[0] + ".", _type=key[1])
            if item["Action"] == "DELETE":
                found = standing.pop(key, None)
                if found != content_of(wanted, False):
                    reason = "was not found" if found is None else "the values provided do not match the current values"
                    raise Route53ClientError(
                        "InvalidChangeBatch",
                        f"Tried to delete resource record set [name='{key[0]}.', type='{key[1]}'] but it {reason}",
                    )
            else:
                standing[key] = content_of(wanted, False)
        # The journal, as it would be if every record had been made just now.
        zone.rr_changes = route53.ChangeList()
        for record in zone.rrsets:
            zone.rr_changes.append({"Action": "UPSERT", "ResourceRecordSet": to_request(record)})
        change(self, zoneid, change_list)

    def field(record, name, stored):
        stored_names = {"Name": "name", "Type": "type", "TTL": "ttl", "SetIdentifier": "set_identifier"}
        stored_names |= {"ResourceRecords": "records", "AliasTarget": "alias_target"}
        return record.get(stored_names[name] if stored else name)

    def key_of(record, stored):
        name = (field(record, "Name", stored) or "").strip(".").lower()
        return (name, field(record, "Type", stored), field(record, "SetIdentifier", stored))

    def content_of(record, stored):
        values = field(record, "ResourceRecords", stored) or []
        alias = field(record, "AliasTarget", stored)
        return (
            str(field(record, "TTL", stored)),
            sorted(value if isinstance(value, str) else value["Value"] for value in values),
            (alias["HostedZoneId"], alias["DNSName"].strip(".")) if alias else None,
        )

    def to_request(record):
        request = {"Name": record.name, "Type": record.type}
        if record.alias_target:
            request["AliasTarget"] = record.alias_target
        else:
            request["TTL"] = record.ttl
            request["ResourceRecords"] = record.resource_records or []
        return request

    route53.Route53Backend.change_resource_record_sets = change_resource_record_sets


def remember_the_token_of_a_deleted_certificate():
    """Assumed, on the safe side: within an hour "ACM recognizes that you are requesting only one certificate" (API
    reference, RequestCertificate), also where that one has been deleted. moto looks for it and answers with an internal
    error."""
    request = acm.AWSCertificateManagerBackend.request_certificate

    def request_certificate(self, domain_name, idempotency_token, *rest, **options):
        issued = self._idempotency_tokens.get(idempotency_token)
        if issued is not None and issued["arn"] not in self._certificates:
            return issued["arn"]
        return request(self, domain_name, idempotency_token, *rest, **options)

    acm.AWSCertificateManagerBackend.request_certificate = request_certificate


def write_bucket_policies_otherwise():
    """GetBucketPolicy gives lists in an order of its own, and one of a single entry as this entry (hashicorp/terraform issues 2432
    and 5978). Here the order is the reverse."""
    put = s3.S3Backend.put_bucket_policy

    def rewritten(value):
        if isinstance(value, list):
            entries = [rewritten(entry) for entry in reversed(value)]
            return entries[0] if len(entries) == 1 and isinstance(entries[0], str) else entries
        return {key: rewritten(entry) for key, entry in value.items()} if isinstance(value, dict) else value

    def put_bucket_policy(self, bucket_name, policy):
        try:
            policy = json.dumps(rewritten(json.loads(policy))).encode()
        except ValueError:
            pass
        return put(self, bucket_name, policy)

    s3.S3Backend.put_bucket_policy = put_bucket_policy
