import { UserError } from "../errors";

/** A registry as it was asked. */
export interface Asked {
  /** Image with tag. */
  readonly ref: string;
  /** Whether a login for the registry was at hand. */
  readonly loggedIn: boolean;
}

/** A way in which registries say no, and what the person who publishes does about it. */
interface Refusal {
  readonly says: RegExp;
  means(asked: Asked): readonly [problem: string, fix: string];
}

const login = ({ ref, loggedIn }: Asked): readonly [string, string] => [
  loggedIn ? "the registry does not accept the stored login" : "the registry asks for a login",
  loginCommand(hostOf(ref)),
];

const refusals: readonly Refusal[] = [
  {
    says: /no basic auth credentials|unauthorized|authentication required|token has expired|\b401\b/i,
    means: login,
  },
  {
    says: /denied|forbidden|\b403\b/i,
    means: (asked) =>
      asked.loggedIn
        ? [
            "the login may not write there",
            `give it the right to push to ${repositoryOf(asked.ref)}, or use one that has it: ${loginCommand(hostOf(asked.ref))}`,
          ]
        : login(asked),
  },
  {
    says: /name unknown|repository .*does not exist/i,
    means: ({ ref }) => [
      "the registry has no such repository, and does not make one by itself",
      isEcr(hostOf(ref))
        ? "let the stack make it first: docs/aws.md, First `up`"
        : `make the repository ${repositoryOf(ref)} in the registry`,
    ],
  },
  {
    says: /HTTP response to HTTPS client|x509:|tls:/i,
    means: ({ ref }) => [
      "the Docker engine does not trust the registry's encryption",
      `put the certificate of its authority into /etc/docker/certs.d/${hostOf(ref)}/ca.crt on the engine's machine; ` +
        `for a registry without TLS in a lab, add "${hostOf(ref)}" to "insecure-registries" in /etc/docker/daemon.json`,
    ],
  },
  {
    says: /connection refused|no such host|timeout|deadline exceeded|no route|unreachable|did not answer|server misbehaving/i,
    means: ({ ref }) => [
      "the registry does not answer",
      `see that ${hostOf(ref)} is up and that the Docker engine reaches it; ` +
        "or name another one: pulumi config set --path 'settings.images.registry' HOST/PATH",
    ],
  },
];

const AGAIN = "see the registry's log, then run the command again: what has arrived is not sent twice";

/** The error for the person who must act, out of what the engine or the registry said. */
export function registryError(cause: unknown, asked: Asked): UserError {
  const said = wordsOf(cause);
  const known = refusals.find(({ says }) => says.test(said))?.means(asked);
  const problem = known === undefined ? said : `${known[0]} (${said})`;
  return new UserError(`image ${asked.ref} cannot be published: ${problem}`, known?.[1] ?? AGAIN);
}

/** Whether a push makes the repository that it needs: in ECR the stack does. */
export const makesRepositories = (ref: string): boolean => !isEcr(hostOf(ref));

/** The message without what the client of the engine puts around it. */
export function wordsOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text
    .replace(/^\(HTTP code \d+\) [a-z ]+ - /, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

const hostOf = (ref: string): string => ref.split("/")[0] ?? ref;
const repositoryOf = (ref: string): string => ref.slice(0, ref.lastIndexOf(":"));

const ECR = /^\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/;
const isEcr = (host: string): boolean => ECR.test(host);

function loginCommand(host: string): string {
  const region = ECR.exec(host)?.[1];
  return region === undefined
    ? `docker login ${host}`
    : `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${host}`;
}
