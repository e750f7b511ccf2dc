#!/bin/sh
# MinIO takes its root login and its key from the environment; here only its own process has them there.
set -eu
secret() { cat "/etc/semblance/secrets/$1"; }
MINIO_ROOT_PASSWORD=$(secret root-password)
MINIO_KMS_SECRET_KEY="$KMS_KEY:$(secret kms-key)"
export MINIO_ROOT_PASSWORD MINIO_KMS_SECRET_KEY
exec minio server --quiet --certs-dir /etc/semblance/certs --address "$S3_LISTEN" --console-address "$CONSOLE_LISTEN" /data
