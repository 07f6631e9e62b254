"""What each tenant's namespace gets of Pipelines where artifacts are in S3.

Metacontroller posts a namespace and what it has already attached to it, and makes what is answered
(metacontroller.github.io, "DecoratorController": Sync Hook). It takes the place of the program of the distribution
(kubeflow/pipelines 2.16.1, pipelines-profile-controller/sync.py), which makes a user with a key in the store of the
cluster for each namespace. Here pods have the role of their namespace by EKS Pod Identity, and there is no key.

Environment: ARTIFACT_BUCKET, ARTIFACT_PREFIX, AWS_REGION, and UI_IMAGE, the page of Pipelines.
"""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

ENABLED = "pipelines.kubeflow.org/enabled"
PROXY = "ml-pipeline-ui-artifact"
# EKS user guide, "Understand how EKS Pod Identity works": what its webhook gives a pod that begins when the association
# is there. This pod may begin before: it is made with its namespace. The agent looks for the association at each request.
TOKENS = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
TOKEN = "eks-pod-identity-token"
AGENT = "http://169.254.170.23/v1/credentials"


def desired(namespace, settings):
    """The objects of a namespace."""
    return [
        config_map(namespace, "kfp-launcher", launcher(namespace, settings)),
        config_map(
            namespace,
            "metadata-grpc-configmap",
            {
                "METADATA_GRPC_SERVICE_HOST": "metadata-grpc-service.kubeflow",
                "METADATA_GRPC_SERVICE_PORT": "8080",
            },
        ),
        config_map(
            namespace,
            "artifact-repositories",
            {"default-namespaced": json.dumps(repository(namespace, settings))},
            {"workflows.argoproj.io/default-artifact-repository": "default-namespaced"},
        ),
        proxy(namespace, settings),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": PROXY, "namespace": namespace, "labels": {"app": PROXY}},
            "spec": {
                # Istio tells the protocol by the name.
                "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 3000}],
                "selector": {"app": PROXY},
            },
        },
    ]


def config_map(namespace, name, data, annotations=None):
    metadata = {"name": name, "namespace": namespace}
    if annotations is not None:
        metadata["annotations"] = annotations
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def launcher(namespace, settings):
    """Where the steps of runs read and write (kubeflow/pipelines 2.16.1, backend/src/v2/config: env.go, s3.go)."""
    provider = {
        "endpoint": endpoint(settings),
        "region": settings["region"],
        "credentials": {"fromEnv": True},
    }
    return {
        "defaultPipelineRoot": f"s3://{settings['bucket']}/{settings['prefix']}/{namespace}/v2/artifacts",
        "providers": json.dumps({"s3": {"default": provider}}),
        "clusterDomain": settings["cluster_domain"],
    }


def repository(namespace, settings):
    """Where Argo keeps the logs of steps, and what pipelines of KFP v1 hand on (Argo Workflows 3.7, "Artifact Repository Ref")."""
    day = "{{workflow.creationTimestamp.Y}}/{{workflow.creationTimestamp.m}}/{{workflow.creationTimestamp.d}}"
    return {
        "archiveLogs": True,
        "s3": {
            "endpoint": endpoint(settings),
            "region": settings["region"],
            "bucket": settings["bucket"],
            "useSDKCreds": True,
            "keyFormat": f"{settings['prefix']}/{namespace}/{{{{workflow.name}}}}/{day}/{{{{pod.name}}}}",
        },
    }


def proxy(namespace, settings):
    """The page's own pod in the namespace, which shows the artifacts of this namespace with the rights of its pods."""
    environment = {
        # Without these the page has keys of its own, which everybody can read (frontend/server/configs.ts).
        "MINIO_ACCESS_KEY": "",
        "MINIO_SECRET_KEY": "",
        "ML_PIPELINE_SERVICE_HOST": f"ml-pipeline.kubeflow{settings['cluster_domain']}",
        "ML_PIPELINE_SERVICE_PORT": "8888",
        "FRONTEND_SERVER_NAMESPACE": namespace,
        "CLUSTER_DOMAIN": settings["cluster_domain"],
        "AWS_REGION": settings["region"],
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": AGENT,
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{TOKENS}/{TOKEN}",
        # Never with the role of the node.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    template = {
        "metadata": {"labels": {"app": PROXY}},
        "spec": {
            "serviceAccountName": "default-editor",
            "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [
                {
                    "name": PROXY,
                    "image": settings["image"],
                    "imagePullPolicy": "IfNotPresent",
                    "ports": [{"containerPort": 3000}],
                    "env": [{"name": name, "value": value} for name, value in environment.items()],
                    "volumeMounts": [{"name": TOKEN, "mountPath": TOKENS, "readOnly": True}],
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "runAsUser": 1000,
                        "runAsGroup": 0,
                    },
                    "resources": {
                        "requests": {"cpu": "10m", "memory": "70Mi"},
                        "limits": {"cpu": "100m", "memory": "500Mi"},
                    },
                }
            ],
            "volumes": [
                {
                    "name": TOKEN,
                    "projected": {
                        "sources": [
                            {
                                "serviceAccountToken": {
                                    "audience": "pods.eks.amazonaws.com",
                                    "expirationSeconds": 86400,
                                    "path": TOKEN,
                                }
                            }
                        ]
                    },
                }
            ],
        },
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": PROXY, "namespace": namespace, "labels": {"app": PROXY}},
        "spec": {"selector": {"matchLabels": {"app": PROXY}}, "template": template},
    }


def endpoint(settings):
    return f"s3.{settings['region']}.amazonaws.com"


def sync(parent, attachments, settings):
    """The answer for a namespace: its status, and what is to be attached to it."""
    metadata = parent["metadata"]
    if metadata.get("labels", {}).get(ENABLED) != "true":
        return {"status": {}, "attachments": []}
    wanted = desired(metadata["name"], settings)
    there = {
        (kind.split(".")[0], name.split("/")[-1]) for kind, objects in attachments.items() for name in objects
    }
    ready = all((one["kind"], one["metadata"]["name"]) in there for one in wanted)
    return {"status": {"kubeflow-pipelines-ready": str(ready)}, "attachments": wanted}


def settings_from(environment):
    return {
        "bucket": environment["ARTIFACT_BUCKET"],
        "prefix": environment["ARTIFACT_PREFIX"],
        "region": environment["AWS_REGION"],
        "image": environment["UI_IMAGE"],
        "cluster_domain": environment.get("CLUSTER_DOMAIN", ".svc.cluster.local"),
    }


def serve(environment):
    settings = settings_from(environment)

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answer = json.dumps(sync(asked["object"], asked["attachments"], settings)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(answer)

    HTTPServer(("", int(environment.get("CONTROLLER_PORT", "8080"))), Hook).serve_forever()


if __name__ == "__main__":
    serve(os.environ)
