import { resourceRule } from "../../core/rule";
import { at, isTrue, text } from "../../core/value";
import { type ConfigText, configTextsOf, configTextTypes } from "../../models/config-texts";
import { withPatch } from "../../models/types";

/** Variables that switch the check of certificates off, with the values that do so. */
const VARIABLES: readonly (readonly [name: RegExp, off: RegExp])[] = [
  [/^NODE_TLS_REJECT_UNAUTHORIZED$|^PYTHONHTTPSVERIFY$/, /^(0|false)$/i],
  [/^GIT_SSL_NO_VERIFY$|^MLFLOW_TRACKING_INSECURE_TLS$|^CURL_INSECURE$/, /^(1|true|yes)$/i],
  [/(^|_)(TLS_|SSL_)?(INSECURE|SKIP_VERIFY|INSECURE_SKIP_VERIFY)$/, /^(1|true|yes|on)$/i],
  [/(^|_)(SSL|TLS)_?VERIFY$|_VERIFY_(SSL|TLS|CERTS)$|_CHECK_HOSTNAME$/, /^(0|false|no|off|none)$/i],
];

/** The same in files, in the spellings of Go's, Python's and Java's programs. */
const SETTING =
  /["']?\b(?:(insecure[_-]?skip[_-]?(?:tls[_-]?)?verify|tls[_-]?skip[_-]?verify(?:[_-]?insecure)?|skip[_-]?tls[_-]?verify|insecure)["']?\s*[:=]\s*["']?(?:true|1|yes)\b|(?:verify_ssl|ssl_verify|tls_verify|verify_certs|verify_tls)["']?\s*[:=]\s*["']?(?:false|0|no)\b)/i;

/** On command lines. A bare -k is that of curl alone. */
const FLAG =
  /(^|\s)(--insecure(-skip-(tls-)?verify)?(=true)?|--no-check-certificate|--([a-z]+[.-])*(tls|ssl)-skip-verify(=true)?|--skip-ssl-validation|--tls\.insecure-skip-verify)(?=\s|$)|\bcurl\b[^|;&\n]*\s-[a-zA-Z]*k[a-zA-Z]*\s/;

/** Resources that say it of themselves: by a switch, or in the text of a kubeconfig. */
const PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  "pulumi:providers:kubernetes": ["kubeconfig"],
  "pulumi:providers:aws": ["insecure"],
  ...Object.fromEntries(
    withPatch(
      ...["v1", "v1beta1"].map((version) => `kubernetes:apiregistration.k8s.io/${version}:APIService`),
    ).map((type) => [type, ["spec.insecureSkipTLSVerify"]]),
  ),
};

/** Clients look at who answers. */
export const certificatesVerified = resourceRule({
  name: "eit-12-certificates-verified",
  group: "encryption",
  severity: "high",
  summary: "Clients verify the certificates of whom they dial.",
  why: "Without the check TLS hides the data from nobody who can stand in between: any certificate will do, and the client hands its login to it.",
  fix: "Leave the setting out, and give the client the certificate of the authority (SSL_CERT_FILE, ca_file, --cacert).",
  maps: [],
  // It looks for words that are there; what is not known holds a value of a secret or an address.
  unknown: "present",
  bad: `new docker.Container("api", { image: "api:1", envs: ["NODE_TLS_REJECT_UNAUTHORIZED=0"] });`,
  good: `new docker.Container("api", { image: "api:1", envs: ["NODE_EXTRA_CA_CERTS=/tls/ca.crt"] });`,
  types: [...configTextTypes, ...Object.keys(PROPERTIES)],
  check(resource, report) {
    for (const path of PROPERTIES[resource.type] ?? []) {
      const value = at(resource.props, ...path.split("."));
      if (isTrue(value) || SETTING.test(typeof value === "string" ? value : ""))
        report.violation(path, "switches the check of certificates off");
    }
    for (const one of configTextsOf(resource))
      if (switchesOff(one)) report.violation(one.path, "switches the check of certificates off");
  },
});

function switchesOff({ in: where, name, value }: ConfigText): boolean {
  const said = text(value) ?? "";
  if (where === "environment") return VARIABLES.some(([known, off]) => known.test(name) && off.test(said));
  return where === "file" ? SETTING.test(said) : FLAG.test(`${said} `);
}
