import { resourceRule } from "../../core/rule";
import { at, isMissing, text, type Value } from "../../core/value";

/** Where each type keeps the options of the metadata service; the last one is made of nothing else. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": ["metadataOptions"],
  "aws:ec2/instance:Instance": ["metadataOptions"],
  "aws:ec2/launchConfiguration:LaunchConfiguration": ["metadataOptions"],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ["metadataOptions"],
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": ["instanceMetadataOptions"],
  "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults": [],
};

/** The service that hands a machine its credentials. */
export const metadataService = resourceRule({
  name: "net-10-metadata-service",
  group: "network",
  severity: "high",
  summary: "Machines hand out their credentials by IMDSv2 only, and not to the pods on them.",
  why: "Version 1 answers any request, also one that an attacker makes a web server send; with more than one hop, every pod of a node gets the node's rights.",
  fix: 'Set metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 }.',
  maps: ["CKV_AWS_79", "CKV_AWS_341", "CIS-AWS-5.7"],
  unknown: "cannot tell",
  bad: `new aws.ec2.LaunchTemplate("node", { imageId: ami.id });`,
  good: `new aws.ec2.LaunchTemplate("node", {
  imageId: ami.id,
  metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
});`,
  options: {
    hops: {
      description: "hops at most; 2 where containers without a network of their own need it",
      default: 1,
    },
  },
  types: Object.keys(OPTIONS),
  check({ type, props }, report) {
    const way = OPTIONS[type] ?? [];
    const options = at(props, ...way);
    // Nobody answers.
    if (at(options, "httpEndpoint") === "disabled") return;
    // A machine has its template's options, unless it says its own.
    if (isMissing(options) && !isMissing(props["launchTemplate"])) return;
    const hops = report.number("hops");
    const path = (key: string) => [...way, key].join(".");
    const required = (value: Value) => text(value) === "required";
    const near = (value: Value) => value === undefined || value === null || Number(text(value)) <= hops;
    report.must(path("httpTokens"), at(options, "httpTokens"), required, "does not require version 2");
    const limit = "httpPutResponseHopLimit";
    report.must(path(limit), at(options, limit), near, "lets answers travel further than the machine");
  },
});
