"""What AWS refuses and moto takes: lengths, characters and conditions of other services. `local/RULES.md` lists them with
their sources; each is held by a test in `test/local/moto/refusals.test.ts`.
"""

import re
import unicodedata

from moto.acm import models as acm
from moto.cognitoidp import models as cognito
from moto.cognitoidp.exceptions import InvalidParameterException
from moto.core.exceptions import JsonRESTError
from moto.route53.models import route53_backends


def apply():
    check_a_certificate_request()
    check_a_custom_domain()
    check_saml_metadata()


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
        seen = set()
        for tag in tags or []:
            for part in (tag["Key"], tag.get("Value", "")):
                if not all(allowed_in_a_tag(character) for character in part):
                    raise JsonRESTError("InvalidTagException", f"The tag has a character that is not allowed: {part}")
            if tag["Key"] in seen:
                raise JsonRESTError("InvalidTagException", f"The tag key is named twice: {tag['Key']}")
            seen.add(tag["Key"])
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
