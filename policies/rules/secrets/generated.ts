import { dockerContainer } from "../../models/types";
import { resourceRule } from "../../core/rule";
import { at, isMissing, items, text } from "../../core/value";
import { decoded, namesSecret, secretIn } from "./looks";

const plainRandom = [
  "random:index/randomString:RandomString",
  "random:index/randomId:RandomId",
  "random:index/randomPet:RandomPet",
  "random:index/randomInteger:RandomInteger",
  "random:index/randomUuid:RandomUuid",
  "random:index/randomUuid4:RandomUuid4",
  "random:index/randomUuid7:RandomUuid7",
];

/** Generated passwords: long, and kept secret by Pulumi. */
export const generatedSecrets = resourceRule({
  name: "sec-07-generated-secrets",
  group: "secrets",
  severity: "medium",
  summary: "Generated passwords are long, and of a kind whose value Pulumi keeps secret.",
  why: "A short password can be guessed from a stolen hash, and the value of any other random resource lies in the state in plain text.",
  fix: "Use random.RandomPassword with length: 32, or random.RandomBytes with length: 32 for keys.",
  maps: ["CIS-AWS-1.7"],
  unknown: "cannot tell",
  bad: `new random.RandomString("db-password", { length: 8 });`,
  good: `new random.RandomPassword("db-password", { length: 32, special: false });`,
  options: {
    length: { description: "characters of a password, at least", default: 20 },
    bytes: { description: "bytes of a key, at least", default: 16 },
  },
  types: [
    "random:index/randomPassword:RandomPassword",
    "random:index/randomBytes:RandomBytes",
    ...plainRandom,
  ],
  check({ type, name, props }, report) {
    if (plainRandom.includes(type)) {
      if (namesSecret(name))
        report.violation("", "has the name of a secret and a kind whose value Pulumi shows");
      return;
    }
    const least = report.number(type.includes("randomBytes") ? "bytes" : "length");
    report.must("length", props["length"], (length) => Number(text(length) ?? "") >= least, "is too short");
  },
});

/** Names of files that are secrets, by how they end. */
const SECRET_FILE = /(\.(key|p12|pfx|jks|keystore|kdbx|pgpass|htpasswd)|(^|[-_.])key\.pem)$/i;

/** Hashes, public keys and pages about passwords have names like secrets. */
const isSecretFile = (file: string): boolean =>
  (SECRET_FILE.test(file) && !/public/i.test(file)) ||
  (/^[^.]*(\.(txt|secret|token|pass))?$/i.test(file) && namesSecret(file.replace(/\..*$/, "")));

const nameOf = (path: string): string => path.split("/").at(-1) ?? path;

/** Files of containers that are secrets. */
export const uploadsClosed = resourceRule({
  name: "sec-06-uploads-closed",
  group: "secrets",
  severity: "low",
  summary:
    "Secret files that are uploaded to a container can be read by its user alone, and do not come out of the repository.",
  why: "The upload keeps the mode that it is given; what every user of the container may read, a broken process of another user reads as well.",
  fix: 'Set permissions: "0400", or "0440" with a group, and give the text as content from a secret Output, not as source.',
  maps: [],
  unknown: "cannot tell",
  bad: `uploads: [{ file: "/run/files/server.key", source: "./server.key" }]`,
  good: `uploads: [{ file: "/run/files/server.key", content: key.privateKeyPem, permissions: "0400" }]`,
  options: {
    permissions: {
      description: "modes that a secret file may have",
      default: ["0400", "0440", "0600", "0640"],
    },
  },
  types: [dockerContainer],
  check({ props }, report) {
    const modes = report.list("permissions");
    items(props["uploads"]).forEach((upload, index) => {
      const given = text(at(upload, "file")) ?? "";
      const file = nameOf(given);
      const content = text(at(upload, "content")) ?? text(decoded(at(upload, "contentBase64"))) ?? "";
      if (!isSecretFile(file) && secretIn(content) === undefined) return;
      const path = `uploads[${given.startsWith("/") ? file : index}]`;
      if (!isMissing(at(upload, "source")))
        report.violation(`${path}.source`, "is a file on this machine's disk");
      // Nobody is in a container that is never started: it fills a volume, which only its workload mounts.
      if (props["start"] === false) return;
      report.must(
        `${path}.permissions`,
        at(upload, "permissions"),
        (mode) => modes.includes((text(mode) ?? "").padStart(4, "0")),
        "lets others read a secret",
      );
    });
  },
});
