import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

type Props = Fixture["props"];
const group = (props: Props): Fixture => ({ type: "aws:ec2/securityGroup:SecurityGroup", props });
const rule = (props: Props): Fixture => ({ type: "aws:ec2/securityGroupRule:SecurityGroupRule", props });
const ingress = (props: Props): Fixture => ({
  type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  props,
});
const egress = (props: Props): Fixture => ({
  type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  props,
});

const sql = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
const everything = { protocol: "-1", fromPort: 0, toPort: 0 };

export const worldPorts: Cases = {
  rule: "net-06-world-ports",
  good: ingress({ ...sql, referencedSecurityGroupId: "sg-1" }),
  bad: ingress({ ...sql, cidrIpv4: "0.0.0.0/0" }),
  unknown: ingress({ ...sql, cidrIpv4: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: ingress({ cidrIpv6: "::/0" }),
  missingIs: "violation",
  canary: ingress({ ...sql, cidrIpv4: "0.0.0.0/0", description: CANARY }),
  sibling: rule({ type: "ingress", protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }),
  more: [
    {
      name: "HTTPS for everybody",
      is: "fine",
      of: ingress({ ...sql, fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
    },
    { name: "half the internet", is: "violation", of: ingress({ ...sql, cidrIpv4: "128.0.0.0/1" }) },
    { name: "a range of one's own", is: "fine", of: ingress({ ...sql, cidrIpv4: "10.0.0.0/8" }) },
    {
      name: "from 443 up",
      is: "violation",
      of: ingress({ ...sql, fromPort: 443, toPort: 65535, cidrIpv4: "0.0.0.0/0" }),
    },
    {
      name: "ICMP",
      is: "fine",
      of: ingress({ ipProtocol: "icmp", fromPort: 8, toPort: -1, cidrIpv4: "0.0.0.0/0" }),
    },
    { name: "way out", is: "fine", of: rule({ type: "egress", ...everything, cidrBlocks: ["0.0.0.0/0"] }) },
    {
      name: "written into the group, beside a rule that nobody knows",
      is: "violation",
      of: group({ ingress: [UNKNOWN, { ...everything, ipv6CidrBlocks: ["::/0"] }] }),
    },
    {
      name: "written into the default group",
      is: "violation",
      of: {
        type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        props: { ingress: [{ ...everything, cidrBlocks: [UNKNOWN, "0.0.0.0/0"] }] },
      },
    },
    {
      name: "ports that nobody knows",
      is: "cannot tell",
      of: ingress({ ...sql, toPort: UNKNOWN, cidrIpv4: "0.0.0.0/0" }),
    },
  ],
};

export const groupEgress: Cases = {
  rule: "net-06-group-egress",
  good: egress({ ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
  bad: egress({ ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" }),
  unknown: egress({ ipProtocol: UNKNOWN, cidrIpv4: "0.0.0.0/0" }),
  unknownIs: "cannot tell",
  missing: group({ description: "closed" }),
  missingIs: "fine",
  canary: egress({ ipProtocol: "-1", cidrIpv6: "::/0", tags: { note: CANARY } }),
  sibling: group({ egress: [{ ...everything, cidrBlocks: ["0.0.0.0/0"] }] }),
  more: [
    {
      name: "a rule of old",
      is: "violation",
      of: rule({ type: "egress", ...everything, cidrBlocks: ["0.0.0.0/0"] }),
    },
    {
      name: "what comes in",
      is: "fine",
      of: rule({ type: "ingress", ...everything, cidrBlocks: ["0.0.0.0/0"] }),
    },
    {
      name: "everything, to a range of one's own",
      is: "fine",
      of: egress({ ipProtocol: "-1", cidrIpv4: "10.0.0.0/16" }),
    },
  ],
};

export const groupDescription: Cases = {
  rule: "net-06-group-description",
  good: ingress({ ...sql, description: "SQL, for the web servers" }),
  bad: group({ description: "Managed by Pulumi" }),
  unknown: ingress({ ...sql, description: UNKNOWN }),
  unknownIs: "fine",
  missing: ingress(sql),
  missingIs: "violation",
  canary: group({ name: CANARY, description: "" }),
  sibling: rule({ type: "ingress", ...everything }),
  more: [
    {
      name: "a rule in a group",
      is: "violation",
      of: group({ description: "web", ingress: [{ ...everything, self: true }] }),
    },
  ],
};
