import type { Resource } from "../../core/resource";
import { type Report, resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";

/** The modules under which the AWS provider has had one and the same listener. */
const listenerTypes = ["lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"].map(
  (module) => `aws:${module}/listener:Listener`,
);
const classic = ["elb", "elasticloadbalancing"].map((module) => `aws:${module}/loadBalancer:LoadBalancer`);

/** Policies of Elastic Load Balancing that begin with TLS 1.2. */
const RECENT = /^ELBSecurityPolicy-(TLS13-1-[23]-|TLS-1-2-|FS-1-2-)/;
const REDIRECTS = ["HTTP_301", "HTTP_302"];

/** TLS at the load balancers of AWS. */
export const listenersTls = resourceRule({
  name: "eit-01-lb-listener-tls",
  group: "encryption",
  severity: "high",
  summary: "Load balancers speak TLS 1.2 or newer; plain HTTP redirects to it.",
  why: "What clients send to the load balancer, logins among it, can be read and changed on its way; the default policy of AWS still speaks TLS 1.0.",
  fix: "Set protocol HTTPS (or TLS), certificateArn and sslPolicy ELBSecurityPolicy-TLS13-1-2-2021-06; let a listener with HTTP only redirect to HTTPS.",
  maps: ["CKV_AWS_2", "CKV2_AWS_20", "CKV_AWS_103", "CKV_AWS_376"],
  unknown: "cannot tell",
  bad: `new aws.lb.Listener("web", { loadBalancerArn: lb.arn, port: 80, protocol: "HTTP", defaultActions: [{ type: "forward", targetGroupArn: group.arn }] });`,
  good: `new aws.lb.Listener("web", { loadBalancerArn: lb.arn, port: 443, protocol: "HTTPS", certificateArn: certificate.arn,
  sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06", defaultActions: [{ type: "forward", targetGroupArn: group.arn }] });`,
  types: [...listenerTypes, ...classic],
  check(resource, report) {
    if (classic.includes(resource.type)) judgeClassic(resource, report);
    else judge(resource, report);
  },
});

function judge({ props }: Resource, report: Report): void {
  const { protocol, port, defaultActions } = props;
  // Without a protocol it is an application load balancer's, which goes by the port.
  const known = text(protocol) ?? (text(port) === "443" ? "HTTPS" : "HTTP");
  if (isUnknown(protocol)) return report.cannotTell("protocol");
  if (known === "HTTPS" || known === "TLS") return judgeTls(props, report);
  if (known !== "HTTP") return;
  if (isUnknown(defaultActions)) return report.cannotTell("defaultActions");
  const actions = items(defaultActions);
  if (actions.length === 0) report.violation("protocol", "is HTTP, and nothing redirects to HTTPS");
  actions.forEach((action, index) => judgeAction(action, `defaultActions[${index}]`, report));
}

function judgeTls(props: Resource["props"], report: Report): void {
  const { certificateArn, sslPolicy } = props;
  // The ARN of a certificate that is not made yet is one.
  if (isMissing(certificateArn)) report.violation("certificateArn", "names no certificate");
  const recent = (policy: Value): boolean => RECENT.test(text(policy) ?? "");
  report.must("sslPolicy", sslPolicy, recent, "is not one that begins with TLS 1.2");
}

function judgeAction(action: Value, path: string, report: Report): void {
  const redirect = at(action, "redirect");
  if (isUnknown(action) || isUnknown(redirect)) return report.cannotTell(path);
  const redirects =
    text(at(action, "type")) === "redirect" &&
    text(at(redirect, "protocol")) === "HTTPS" &&
    REDIRECTS.includes(text(at(redirect, "statusCode")) ?? "");
  if (!redirects) report.violation(path, "serves plain HTTP and does not redirect to HTTPS");
}

function judgeClassic({ props }: Resource, report: Report): void {
  if (isUnknown(props["listeners"])) return report.cannotTell("listeners");
  items(props["listeners"]).forEach((listener, index) => {
    const path = `listeners[${index}]`;
    const protocol = at(listener, "lbProtocol");
    const tls = (known: Value): boolean => /^(https|ssl|tcp)$/i.test(text(known) ?? "");
    report.must(`${path}.lbProtocol`, protocol, tls, "is plain HTTP");
    const certificate = at(listener, "sslCertificateId");
    if (/^(https|ssl)$/i.test(text(protocol) ?? "") && isMissing(certificate))
      report.violation(`${path}.sslCertificateId`, "names no certificate");
  });
}
