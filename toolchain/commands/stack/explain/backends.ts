import { UserError } from "../../../errors";
import type { Explanation } from "./context";

const noFolder: Explanation = (text) => {
  const found = /unable to open bucket file:\/\/\S+: (?:stat|open) (.+): no such file or directory/.exec(
    text,
  );
  return found === null
    ? undefined
    : new UserError(
        `the folder of the state is not there: ${found[1]}`,
        `mend PULUMI_BACKEND_URL; for a new state there: mkdir -p -m 700 ${found[1]}`,
      );
};

const noRight: Explanation = (text, { backendUrl }) => {
  const found = /(?:open|mkdir|stat|rename|remove) (\S+): permission denied/.exec(text);
  return found === null || !backendUrl.startsWith("file:")
    ? undefined
    : new UserError(
        `the state in ${backendUrl} cannot be read or written: permission denied on ${found[1]}`,
        "run as the user whose state it is, or name another folder in PULUMI_BACKEND_URL",
      );
};

const unknownParameter: Explanation = (text, { backendUrl }) => {
  const found = /unknown query parameter "([^"]+)"/.exec(text);
  return found === null
    ? undefined
    : new UserError(
        `the backend's URL ${backendUrl}: found the parameter "${found[1]}"; allowed: region, profile, role, endpoint, s3ForcePathStyle, disable_https, ssetype, kmskeyid, request_checksum_calculation and others of docs/environments.md`,
        "mend the URL where it is set (npm run doctor says where)",
      );
};

const noProfile: Explanation = (text) => {
  const found = /failed to get shared config profile, (\S+)/.exec(text);
  return found === null
    ? undefined
    : new UserError(
        `there is no profile "${found[1]}" in AWS' configuration on this machine`,
        `aws configure list-profiles; make it: aws configure sso --profile ${found[1]}`,
      );
};

const noDatabase: Explanation = (text, { backendUrl }) => {
  const found = /failed to ping PostgreSQL: (.*)/.exec(text);
  return found === null
    ? undefined
    : new UserError(
        `the state of stacks in ${backendUrl} cannot be reached: ${found[1]}`,
        "check that the database runs, and the host, the user and the password in the URL",
      );
};

const noGoogle: Explanation = (text) =>
  text.includes("missing google credentials")
    ? new UserError(
        "there are no credentials for Google Cloud, where the state or the key is",
        "gcloud auth application-default login; in CI: workload identity federation",
      )
    : undefined;

const notLoggedIn: Explanation = (text, { backendUrl }) =>
  /PULUMI_ACCESS_TOKEN must be set|this command requires logging in/.test(text)
    ? new UserError(
        `nobody is logged in to ${backendUrl}`,
        `pulumi login ${backendUrl}, or set PULUMI_ACCESS_TOKEN (in CI); without that service: unset PULUMI_BACKEND_URL and run pulumi logout, then the state lies in this folder`,
      )
    : undefined;

const tokenRefused: Explanation = (text, { backendUrl }) =>
  /Unauthorized: No credentials provided or are invalid|\[401\]/.test(text)
    ? new UserError(
        `${backendUrl} refuses the access token: it is wrong, has expired, or was revoked`,
        `make a new one there, then set PULUMI_ACCESS_TOKEN or run pulumi login ${backendUrl}`,
      )
    : undefined;

const forbidden: Explanation = (text, { backendUrl, stack }) => {
  const found = /\[403\] (.*)/.exec(text);
  return found === null
    ? undefined
    : new UserError(
        `${backendUrl} does not let you do this to stack "${stack}": ${found[1]}`,
        "ask an administrator of the organisation for the right, or take a token of a team that has it",
      );
};

const noService: Explanation = (text, { backendUrl }) => {
  const found = /performing HTTP request: \w+ "[^"]*": (.*)/.exec(text);
  return found === null
    ? undefined
    : new UserError(
        `${backendUrl} does not answer: ${found[1]}`,
        "check the network and the proxy (HTTPS_PROXY); docs/environments.md shows backends of one's own",
      );
};

/** Failures to reach the place of the state, other than S3's. */
export const backendExplanations: readonly Explanation[] = [
  noFolder,
  noRight,
  unknownParameter,
  noProfile,
  noDatabase,
  noGoogle,
  notLoggedIn,
  tokenRefused,
  forbidden,
  noService,
];
