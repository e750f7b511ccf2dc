"""Ready clients for the services of this stack: addresses, credentials and the authority that signs their certificates are
in the environment, so nothing of it needs to be written in a notebook.

    import semblance
    semblance.s3().list_objects_v2(Bucket=semblance.bucket())
"""

import os
import warnings
import zlib

import numpy

# The variable that is there when the service is.
SERVICES = {
    "label_studio": "LABEL_STUDIO_URL",
    "s3": "AWS_ENDPOINT_URL_S3",
    "mlflow": "MLFLOW_TRACKING_URI",
    "elasticsearch": "ELASTICSEARCH_URL",
    "opensearch": "OPENSEARCH_URL",
    "weaviate": "WEAVIATE_HOST",
    "ollama": "OLLAMA_HOST",
}
CA_FILE = "/etc/semblance/tls/ca.crt"


class ServiceAbsent(RuntimeError):
    """This stack does not run what was asked for."""


def has(service: str) -> bool:
    """Whether the stack runs the service: one of SERVICES, or `search` for whichever of the two search engines."""
    if service == "search":
        return has("elasticsearch") or has("opensearch")
    return SERVICES[service] in os.environ


def _need(service: str) -> None:
    if not has(service):
        raise ServiceAbsent(f"this stack runs no {service}; `npm run status` says why, and profile `full` has all services")


def label_studio():
    """Label Studio's own client. Its documentation: https://api.labelstud.io"""
    _need("label_studio")
    from label_studio_sdk import LabelStudio

    return LabelStudio(base_url=os.environ["LABEL_STUDIO_URL"], api_key=os.environ["LABEL_STUDIO_API_KEY"])


def s3():
    """A boto3 client of the object storage."""
    _need("s3")
    import boto3

    return boto3.client("s3")


def bucket() -> str:
    """The bucket of notebooks."""
    _need("s3")
    return os.environ["S3_BUCKET"]


def mlflow():
    """The module `mlflow`, which finds its server and its login by itself."""
    _need("mlflow")
    import mlflow

    return mlflow


def search():
    """A client of the search engine. `body=` is how both kinds take a request."""
    if has("elasticsearch"):
        from elasticsearch import Elasticsearch

        login = (os.environ["ELASTICSEARCH_USER"], os.environ["ELASTICSEARCH_PASSWORD"])
        return Elasticsearch(os.environ["ELASTICSEARCH_URL"], basic_auth=login, ca_certs=CA_FILE, request_timeout=60)
    if has("opensearch"):
        from opensearchpy import OpenSearch

        login = (os.environ["OPENSEARCH_USER"], os.environ["OPENSEARCH_PASSWORD"])
        return OpenSearch(os.environ["OPENSEARCH_URL"], http_auth=login, ca_certs=CA_FILE, timeout=60)
    raise ServiceAbsent("this stack runs neither elasticsearch nor opensearch; `npm run status` says why")


def weaviate():
    """Weaviate's own client, connected: use it in a `with` statement."""
    _need("weaviate")
    # A library of its own warns its authors of what is to come, whatever filter is set.
    with warnings.catch_warnings(record=True):
        import weaviate
    from weaviate.classes.init import AdditionalConfig, Auth

    return weaviate.connect_to_custom(
        http_host=os.environ["WEAVIATE_HOST"],
        http_port=int(os.environ["WEAVIATE_PORT"]),
        http_secure=True,
        grpc_host=os.environ["WEAVIATE_GRPC_HOST"],
        grpc_port=int(os.environ["WEAVIATE_GRPC_PORT"]),
        grpc_secure=True,
        auth_credentials=Auth.api_key(os.environ["WEAVIATE_API_KEY"]),
        # So that it trusts the authority which the environment names.
        additional_config=AdditionalConfig(trust_env=True),
        # Among them is a question to PyPI for a newer client.
        skip_init_checks=True,
    )


def ollama():
    """Ollama's own client."""
    _need("ollama")
    import ollama

    return ollama.Client(timeout=240)


def model(capability: str) -> str:
    """Name of the first model at hand with a capability, in Ollama's words: `completion` or `embedding`.

    The one of the self-test, which says one sentence whatever it is asked, is taken where there is no other."""
    client = ollama()
    names = [found.model for found in client.list().models if found.model]
    for name in sorted(names, key=lambda name: name.startswith("semblance-tiny")):
        if capability in (client.show(name).capabilities or []):
            return name
    raise ServiceAbsent(f"ollama has no model for {capability}; name one in settings.ollama.models")


def embed(texts: list[str]) -> numpy.ndarray:
    """One vector of length 1 per text: by a model where there is one, otherwise by counting pieces of words."""
    try:
        vectors = numpy.array(ollama().embed(model=model("embedding"), input=texts).embeddings)
    except ServiceAbsent:
        vectors = numpy.array([_counted(text) for text in texts])
    return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)


def _counted(text: str, size: int = 256) -> numpy.ndarray:
    """How often each three letters in a row occur, in `size` counters: texts with words in common come close."""
    vector = numpy.full(size, 1e-6)
    padded = f" {text.lower()} "
    for start in range(len(padded) - 2):
        vector[zlib.crc32(padded[start : start + 3].encode()) % size] += 1
    return vector
