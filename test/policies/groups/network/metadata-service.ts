import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const template = (metadataOptions: Fixture["props"]): Fixture => ({
  type: "aws:ec2/launchTemplate:LaunchTemplate",
  props: { metadataOptions },
});

export const metadataService: Cases = {
  rule: "net-10-metadata-service",
  good: template({ httpTokens: "required", httpPutResponseHopLimit: 1 }),
  bad: template({ httpTokens: "optional" }),
  unknown: template({ httpTokens: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: "aws:ec2/launchTemplate:LaunchTemplate", props: {} },
  missingIs: "violation",
  canary: { type: "aws:ec2/launchTemplate:LaunchTemplate", props: { userData: CANARY } },
  sibling: { type: "aws:ec2/instance:Instance", props: { ami: "ami-1" } },
  more: [
    {
      name: "answers that reach pods, with a version that nobody knows",
      is: "violation",
      of: template({ httpTokens: UNKNOWN, httpPutResponseHopLimit: 2 }),
    },
    { name: "nobody answers", is: "fine", of: template({ httpEndpoint: "disabled" }) },
    {
      name: "a machine with its template's options",
      is: "fine",
      of: { type: "aws:ec2/instance:Instance", props: { launchTemplate: { id: "lt-1" } } },
    },
    {
      name: "defaults of an account",
      is: "violation",
      of: {
        type: "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults",
        props: { httpTokens: "no-preference" },
      },
    },
    {
      name: "machines that build images",
      is: "violation",
      of: {
        type: "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration",
        props: { instanceMetadataOptions: { httpTokens: "optional" } },
      },
    },
  ],
};
