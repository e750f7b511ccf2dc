import type { Cases } from "../../cases";
import { databasesEncrypted, filesEncrypted, storesEncrypted } from "./at-rest";
import { dockerDaemonTls } from "./docker-daemon";
import { ebsEncrypted, ebsOwnKey } from "./ebs";
import { edgeRedirects } from "./edge";
import { eksSecretsEncrypted } from "./eks";
import { endpointsTls } from "./endpoints";
import { ingressTls, serviceTls } from "./ingress";
import { kmsRotation, ownKeys } from "./kms";
import { listenersTls } from "./listeners";
import { managedTls } from "./managed-in-transit";
import { minioEncrypted } from "./minio";
import { serversSpeakTls } from "./own-tls";
import { postgresTls } from "./postgres";
import { redisTls } from "./redis";
import { s3Encrypted, s3OverTls } from "./s3";
import { searchTls } from "./search";
import { claimsEncrypted, storageClassEncrypted } from "./storage-classes";
import { certificatesVerified } from "./verification";
import { volumesAttested } from "./volumes";

export const encryptionCases: readonly Cases[] = [
  databasesEncrypted,
  filesEncrypted,
  storesEncrypted,
  dockerDaemonTls,
  ebsEncrypted,
  ebsOwnKey,
  edgeRedirects,
  eksSecretsEncrypted,
  endpointsTls,
  ingressTls,
  serviceTls,
  kmsRotation,
  ownKeys,
  listenersTls,
  managedTls,
  minioEncrypted,
  postgresTls,
  serversSpeakTls,
  redisTls,
  s3Encrypted,
  s3OverTls,
  searchTls,
  claimsEncrypted,
  storageClassEncrypted,
  certificatesVerified,
  volumesAttested,
];
