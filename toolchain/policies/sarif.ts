import type { Rule } from "../../policies/core/rule";
import type { PolicyResult } from "./results";

const LEVELS = { mandatory: "error", advisory: "warning" } as const;

/** How severe code scanning takes a finding, from 0 to 10. */
const SECURITY = { low: "3.0", medium: "5.0", high: "8.0", critical: "9.5" } as const;

/**
 * The results as SARIF, for code scanning. A Pulumi resource has no line of source, so each finding lies at the program's
 * entry point, with the resource as its logical location.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(results: readonly PolicyResult[], rules: readonly Rule[], version: string): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "semblance-policies",
            version,
            rules: rules.map((rule) => ({
              id: rule.name,
              shortDescription: { text: rule.summary },
              fullDescription: { text: rule.why },
              help: { text: rule.fix },
              properties: {
                tags: ["security", rule.group, ...rule.maps],
                "security-severity": SECURITY[rule.severity],
              },
            })),
          },
        },
        results: results.map(({ rule, level, urn, message }) => ({
          ruleId: rule,
          level: LEVELS[level],
          message: { text: message },
          locations: [
            {
              physicalLocation: { artifactLocation: { uri: "index.ts" }, region: { startLine: 1 } },
              logicalLocations: [{ fullyQualifiedName: urn, kind: "resource" }],
            },
          ],
          partialFingerprints: { resourceAndRule: `${rule}:${urn}` },
        })),
      },
    ],
  };
}
