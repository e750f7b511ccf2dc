"""Artifacts in S3 that clients reach through MLflow alone.

MLflow's own repository for S3 tells clients to fetch from S3 by presigned links, whatever the client is set to. Most clients
have no way to S3 here, and a link would be good for whoever comes to know it.
"""

from mlflow.store.artifact.artifact_repo import ArtifactRepository
from mlflow.store.artifact.artifact_repository_registry import _artifact_repository_registry
from mlflow.store.artifact.s3_artifact_repo import S3ArtifactRepository


class ProxiedS3ArtifactRepository(ArtifactRepository):
    """MLflow's repository for S3, less presigned links and uploads in parts: what it does not inherit it does not announce."""

    def __init__(self, artifact_uri: str, *args, **kwargs) -> None:
        super().__init__(artifact_uri, *args, **kwargs)
        self.s3 = S3ArtifactRepository(artifact_uri)

    def log_artifact(self, local_file, artifact_path=None):
        self.s3.log_artifact(local_file, artifact_path)

    def log_artifacts(self, local_dir, artifact_path=None):
        self.s3.log_artifacts(local_dir, artifact_path)

    def list_artifacts(self, path=None):
        return self.s3.list_artifacts(path)

    def delete_artifacts(self, artifact_path=None):
        self.s3.delete_artifacts(artifact_path)

    def _download_file(self, remote_file_path, local_path):
        self.s3._download_file(remote_file_path, local_path)


def register() -> None:
    """From now on it is the repository of every `s3://`."""
    _artifact_repository_registry.register("s3", ProxiedS3ArtifactRepository)
