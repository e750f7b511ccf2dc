import type { Rule } from "../../core/rule";
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
import { s3Encrypted } from "./s3";
import { s3OverTls } from "./s3-tls";
import { searchTls } from "./search";
import { claimsEncrypted, storageClassEncrypted } from "./storage-classes";
import { certificatesVerified } from "./verification";
import { volumesAttested } from "./volumes";

/** Data is encrypted where it lies and on its way. */
export const encryptionRules: readonly Rule[] = [
  ebsEncrypted,
  ebsOwnKey,
  storageClassEncrypted,
  claimsEncrypted,
  eksSecretsEncrypted,
  s3Encrypted,
  databasesEncrypted,
  storesEncrypted,
  filesEncrypted,
  kmsRotation,
  ownKeys,
  minioEncrypted,
  volumesAttested,
  listenersTls,
  ingressTls,
  serviceTls,
  edgeRedirects,
  postgresTls,
  redisTls,
  searchTls,
  endpointsTls,
  s3OverTls,
  managedTls,
  dockerDaemonTls,
  certificatesVerified,
  serversSpeakTls,
];
