import { UserError } from "../../../errors";
import type { Explanation, PulumiContext } from "./context";

/** A call of AWS' SDK that failed: `operation error KMS: Decrypt, reason`. */
interface Call {
  readonly service: "S3" | "KMS";
  readonly operation: string;
  readonly reason: string;
}

/** What one reason means, and what to do. */
interface Meaning {
  readonly service?: Call["service"];
  readonly when: RegExp;
  readonly what: (call: Call, match: RegExpExecArray) => string;
  readonly fix: (call: Call, context: PulumiContext) => string;
}

/** How the action of a call is called in a policy. */
const action = ({ service, operation }: Call): string => `${service.toLowerCase()}:${operation}`;
const whoAmI = "aws sts get-caller-identity says who you are";
const credentials =
  "sign in (aws sso login; in CI: the workflow's role by OIDC), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

const NETWORK = "check the network, the proxy (HTTPS_PROXY) and the endpoint in the URL";

const MEANINGS: readonly Meaning[] = [
  {
    when: /get credentials:|failed to refresh cached credentials|no EC2 IMDS role found/,
    what: () => "there are no credentials for AWS",
    fix: () => credentials,
  },
  {
    when: /ExpiredToken|RequestExpired|token (?:included in the request )?is expired/i,
    what: () => "the credentials for AWS have expired",
    fix: () => credentials,
  },
  {
    when: /InvalidAccessKeyId|SignatureDoesNotMatch|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException/,
    what: (_call, [code]) => `the credentials are not valid there (${code})`,
    fix: () => `${credentials}; ${whoAmI}`,
  },
  {
    service: "S3",
    when: /Invalid checksum provided|InvalidDigest/,
    what: () =>
      "the store refuses the checksum that this version of Pulumi sends to a store with an endpoint of its own",
    fix: () => "add &request_checksum_calculation=when_supported to the backend's URL (pulumi/pulumi#24219)",
  },
  {
    service: "S3",
    when: /NoSuchBucket/,
    what: () => "there is no such bucket",
    fix: () => "make the bucket (private, versioned, encrypted), or mend the name in the backend's URL",
  },
  {
    service: "KMS",
    when: /NotFoundException: (.*)/,
    what: (_call, [, found]) => `the key is not there: ${found}`,
    fix: (_call, { stack }) =>
      `mend the alias, the region or the account in Pulumi.${stack}.yaml (secretsprovider: awskms:///alias/NAME?region=REGION)`,
  },
  {
    service: "KMS",
    when: /DisabledException|KMSInvalidStateException|pending deletion/,
    what: () =>
      "the key is disabled, or about to be deleted: without it nobody can read the stack's secrets again",
    fix: () => "at once: aws kms cancel-key-deletion --key-id ID, then aws kms enable-key --key-id ID",
  },
  {
    service: "KMS",
    when: /InvalidCiphertextException|IncorrectKeyException/,
    what: () => "the key is not the one that encrypted this stack's secrets",
    fix: (_call, { stack }) =>
      `take the lines secretsprovider and encryptedkey of Pulumi.${stack}.yaml from where the stack was made`,
  },
  {
    when: /AccessDenied(?:Exception)?\b:?(.*)/,
    what: (call, [, said]) => `access is denied to ${action(call)}${said?.trim() ? `: ${said.trim()}` : ""}`,
    fix: (call) =>
      call.service === "KMS"
        ? `allow kms:Encrypt and kms:Decrypt on that key, in the key's policy or the role's; ${whoAmI}`
        : `allow s3:ListBucket on the bucket and s3:GetObject, s3:PutObject, s3:DeleteObject on its objects; ${whoAmI}`,
  },
  {
    when: /Missing Region|A region must be set|PermanentRedirect|AuthorizationHeaderMalformed|StatusCode: 301/,
    what: () => "the region is missing, or another one",
    fix: ({ service }, { stack }) =>
      service === "KMS"
        ? `add ?region=REGION to secretsprovider in Pulumi.${stack}.yaml, or set AWS_REGION`
        : "add region=REGION to the backend's URL, or set AWS_REGION",
  },
  {
    when: /dial tcp.*/,
    what: (_call, [reason]) => `it does not answer: ${reason}`,
    fix: () => NETWORK,
  },
  {
    when: /request send failed|context deadline exceeded/,
    what: () => "it does not answer",
    fix: () => NETWORK,
  },
];

const SUBJECT: Readonly<Record<Call["service"], (context: PulumiContext) => string>> = {
  S3: ({ backendUrl }) => `the state of stacks in ${backendUrl} cannot be reached`,
  KMS: ({ stack }) => `the key service that encrypts the secrets of stack "${stack}" cannot be used`,
};

/** Failures of AWS' S3 and KMS, and of what speaks like them, in their own words. */
export const awsExplanation: Explanation = (text, context) => {
  const found = /operation error (S3|KMS): (\w+), ([\s\S]*)/.exec(text);
  if (found === null) return undefined;
  const [, name, operation = "", reason = ""] = found;
  const call: Call = { service: name === "KMS" ? "KMS" : "S3", operation, reason };
  for (const { service, when, what, fix } of MEANINGS) {
    const match = service === undefined || service === call.service ? when.exec(reason) : null;
    if (match !== null)
      return new UserError(`${SUBJECT[call.service](context)}: ${what(call, match)}`, fix(call, context));
  }
  return undefined;
};
