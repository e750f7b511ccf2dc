import assert from "node:assert/strict";
import { type Arrow, arrowsFrom, arrowsTo, type ServiceName } from "../../components/topology";
import type { Certificate } from "./conformance-certificates";
import { type Rendered, type View, workloadsOf } from "./conformance-view";

/** Arrows of the stack that start at a member. */
export const arrowsOut = ({ present }: View, member: ServiceName) =>
  arrowsFrom(member).filter(({ to }) => present.has(to));
/** Arrows of the stack that end at a member. */
export const arrowsIn = ({ present }: View, member: ServiceName) =>
  arrowsTo(member).filter((arrow) => present.has(arrow.from));

/** What is rendered of the server at the head of an arrow. */
export function serverAt(view: View, arrow: Arrow): Rendered {
  const [server] = workloadsOf(view, arrow.to);
  return server ?? assert.fail(`${arrow.to} does not run`);
}

/** The names by which a client can dial a server: those that everybody knows, and those that only it was given. */
export const namesFor = (
  client: Rendered,
  server: Rendered,
  certificates: readonly Certificate[],
): readonly string[] => [
  ...server.names,
  ...client.hosts.filter((host) => certificates.some(({ names }) => names.includes(host))),
];

/** Whether a text has a name in it, as a word of its own. */
export const says = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\w.-])${name.replaceAll(".", "\\.")}(?![\\w-]|\\.\\w)`).test(text);

/**
 * Arrows at whose head nobody is asked for a login of the client's own, and why.
 * An arrow that is in this list and carries one is wrong as well.
 */
export const ANONYMOUS: Readonly<Record<string, string>> = {
  "gateway--label-studio--https": "people log in there",
  "gateway--minio--s3": "links are signed by who has made them",
  "gateway--minio--console": "people log in there",
  "gateway--jupyter--https": "people log in there",
  "gateway--mlflow--https": "people log in there",
  "gateway--grafana--https": "people log in there",
  "gateway--docs--https": "everybody may read it",
  "label-studio-exporter--label-studio--https": "the page that says whether it is ready is everybody's",
  "prometheus--minio--s3": "it shows a token, and the login that has signed it stays with MinIO's set-up",
};

/** Jobs, and processes of one program, act as the service that they belong to. */
export const actsAs = (member: ServiceName): string =>
  member === "label-studio-worker" ? "label-studio" : member.replace(/-setup$/, "");
