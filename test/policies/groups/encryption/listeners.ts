import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const listener = (props: Fixture["props"], module = "lb"): Fixture => ({
  type: `aws:${module}/listener:Listener`,
  props,
});
const https = {
  port: 443,
  protocol: "HTTPS",
  certificateArn: "arn:aws:acm:eu-central-1:1:certificate/a",
  sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
};
const http = (action: Fixture["props"]): Fixture =>
  listener({ port: 80, protocol: "HTTP", defaultActions: [action] });
const redirect = { type: "redirect", redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_301" } };
const classic = (...listeners: Fixture["props"][]): Fixture => ({
  type: "aws:elb/loadBalancer:LoadBalancer",
  props: { listeners },
});

export const listenersTls: Cases = {
  rule: "eit-01-lb-listener-tls",
  good: listener(https),
  bad: http({ type: "forward" }),
  unknown: listener({ ...https, sslPolicy: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: listener({ port: 80 }),
  missingIs: "violation",
  canary: listener({ ...https, sslPolicy: CANARY }),
  sibling: listener({ ...https, certificateArn: "" }, "alb"),
  more: [
    { name: "HTTP that redirects", is: "fine", of: http(redirect) },
    {
      name: "HTTP that redirects to HTTP",
      is: "violation",
      of: http({ ...redirect, redirect: { protocol: "HTTP", statusCode: "HTTP_301" } }),
    },
    {
      name: "an action that is not known beside one that forwards",
      is: "violation",
      of: listener({ protocol: "HTTP", defaultActions: [UNKNOWN, { type: "forward" }] }),
    },
    {
      name: "the default policy",
      is: "violation",
      of: listener({ ...https, sslPolicy: "ELBSecurityPolicy-2016-08" }),
    },
    {
      name: "a policy with TLS 1.0",
      is: "violation",
      of: listener({ ...https, sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06" }),
    },
    {
      name: "a certificate that is not made yet",
      is: "fine",
      of: listener({ ...https, certificateArn: UNKNOWN }),
    },
    {
      name: "a protocol that is not known",
      is: "cannot tell",
      of: listener({ ...https, protocol: UNKNOWN }),
    },
    {
      name: "TCP of a network load balancer, which hands TLS through",
      is: "fine",
      of: listener({ protocol: "TCP", port: 443 }),
    },
    { name: "a classic one", is: "violation", of: classic({ lbPort: 80, lbProtocol: "http" }) },
    {
      name: "a classic one without a certificate",
      is: "violation",
      of: classic({ lbPort: 443, lbProtocol: "https" }),
    },
    {
      name: "a classic one with TLS",
      is: "fine",
      of: classic({ lbPort: 443, lbProtocol: "https", sslCertificateId: UNKNOWN }),
    },
  ],
};
