"""Holds requests to the models of AWS' services, from which its SDKs are made and by which services refuse what does not fit: required
and unknown parameters, kinds, lengths, bounds, patterns and enumerations. The models are botocore's, the parsers moto's.

A request is a line of JSON on standard input (`service`, `operation`, `method`, `url`, `headers`, `body` in base64); what does not
fit is a line of JSON on standard output (`operation`, `where`, `what`).
"""

import base64
import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl, unquote, urlsplit

from moto.core.loaders import create_loader
from moto.core.model import ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from werkzeug.datastructures import Headers, MultiDict

# Where the name that requests are signed for is not the model's.
MODELS = {
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}

# Classes of Java's patterns, for Python's. Letters and marks are those of Unicode, roughly: more is let through.
CLASSES = {
    "L": "A-Za-z\u00aa-\U0010ffff",
    "M": "\u0300-\u036f",
    "N": "0-9",
    "P": r"!-/:-@\[-`{-}",
    "S": "$+<=>^`|~",
    "Z": " \u00a0",
    "Alnum": "A-Za-z0-9",
    "ASCII": r"\x00-\x7f",
    "Graph": "!-~",
    "IsDigit": "0-9",
    "IsLetter": "A-Za-z",
    "Print": " -~",
}

LOADER = create_loader()


@cache
def model_of(service):
    name = MODELS.get(service, service)
    return ServiceModel(LOADER.load_service_model(name, "service-2"), name)


@cache
def routes_of(service):
    """The operations of a REST protocol: method, pattern of the path, parameters of the query that tell it, its name."""
    routes = []
    for name in model_of(service).operation_names:
        operation = model_of(service).operation_model(name)
        # S3's former PutBucketLifecycle has the route of its successor.
        if operation.deprecated:
            continue
        http = operation.http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(
            r"\\\{(\w+?)(\\\+)?\\\}",
            lambda part: f"(?P<{part[1]}>{'.+' if part[2] else '[^/]+'})",
            re.escape(path.rstrip("/")).replace("\\-", "-"),
        )
        told = {key for key, _ in parse_qsl(query, keep_blank_values=True)}
        routes.append((http["method"], re.compile(pattern + "/?"), told, name))
    # What says more comes first.
    return sorted(routes, key=lambda route: (-len(route[2]), route[1].groups))


def operation_of(request, url):
    model = model_of(request["service"])
    if request["operation"] in model.operation_names:
        return model.operation_model(request["operation"]), {}
    given = {key for key, _ in parse_qsl(url.query, keep_blank_values=True)}
    for method, pattern, told, name in routes_of(request["service"]):
        found = pattern.fullmatch(url.path)
        operation = model.operation_model(name)
        if method == request["method"] and found and told <= given and not lacks_headers(operation, request):
            return operation, {key: unquote(text) for key, text in found.groupdict().items()}
    return None, {}


def lacks_headers(operation, request):
    """Whether a header is missing without which it is another operation: S3's CopyObject is a PutObject with a source."""
    shape = operation.input_shape
    return any(
        shape.members[name].serialization.get("location") == "header"
        and shape.members[name].serialization["name"].lower() not in request["headers"]
        for name in (shape.required_members if shape else ())
    )


def parameters_of(request, operation, url, in_path):
    headers = Headers([(key, value) for key, value in request["headers"].items()])
    body = base64.b64decode(request["body"])
    values = MultiDict(parse_qsl(url.query, keep_blank_values=True))
    protocol = operation.service_model.metadata["protocol"]
    if "x-amz-target" in headers:
        protocol = "json"
    elif "urlencoded" in headers.get("content-type", ""):
        values.update(parse_qsl(body.decode(), keep_blank_values=True))
        protocol = "ec2" if protocol == "ec2" else "query"
    text = body if protocol.startswith("rest") else body.decode()
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "body": text,
            "headers": headers,
            "method": request["method"],
            "url_params": in_path,
            "url_path": url.path,
            "values": values,
        }
    )
    if protocol == "json":
        # The parser passes over what it does not know.
        unknown = json.loads(body or b"{}").keys() - operation.input_shape.members.keys()
        parsed = {**parsed, **dict.fromkeys(unknown, "")}
    return parsed


def findings(shape, value, where):
    """What of a value does not fit its shape."""
    if shape.type_name == "structure":
        if not isinstance(value, Mapping):
            yield where, "is no structure"
            return
        for name in shape.required_members:
            if value.get(name) is None:
                yield f"{where}.{name}", "is required"
        for name, member in value.items():
            if name not in shape.members:
                yield f"{where}.{name}", "is not known"
            elif member is not None:
                yield from findings(shape.members[name], member, f"{where}.{name}")
        return
    if shape.type_name == "list":
        for entry in value:
            yield from findings(shape.member, entry, f"{where}[]")
    elif shape.type_name == "map":
        for key, entry in value.items():
            yield from findings(shape.key, key, f"{where}{{}}")
            yield from findings(shape.value, entry, f"{where}{{}}")
    elif shape.type_name == "string":
        if not isinstance(value, str):
            yield where, f"is no text: {value!r}"
            return
        if shape.enum and value not in shape.enum:
            yield where, f"{value!r} is none of {', '.join(shape.enum)}"
        pattern = shape.metadata.get("pattern")
        if pattern and not matches(pattern, value):
            yield where, f"{value[:200]!r} is not as {pattern} has it"
    yield from bounds(shape, value, where)


def bounds(shape, value, where):
    if shape.type_name in ("list", "map", "string"):
        size, of = len(value), "has a length of"
    elif shape.type_name in ("integer", "long", "float", "double"):
        size, of = float(value), "is"
    else:
        return
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least or most is not None and size > most:
        yield where, f"{of} {size:g}, which is not within {least} and {most}"


@cache
def compiled(pattern):
    return re.compile(re.sub(r"\\p\{(\w+)\}", lambda part: CLASSES[part[1]], pattern))


def matches(pattern, value):
    """Without an anchor a pattern is of the whole, as Cognito's refusals of names show; with one it says itself of what."""
    expression = compiled(pattern)
    anchored = pattern.startswith("^") or pattern.endswith("$")
    return (expression.search if anchored else expression.fullmatch)(value) is not None


def main():
    for line in sys.stdin:
        request = json.loads(line)
        url = urlsplit(request["url"])
        operation, in_path = operation_of(request, url)
        if operation is None:
            found = [("", f"no operation is {request['method']} {url.path}")]
            name = request["operation"]
        else:
            name = operation.name
            if operation.input_shape is None:
                continue
            found = findings(operation.input_shape, parameters_of(request, operation, url, in_path), "")
        for where, what in found:
            print(json.dumps({"operation": f"{request['service']}:{name}", "where": where, "what": what}))


main()
