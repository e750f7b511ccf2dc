import type { Fixture } from "../../rpc";

type Props = Fixture["props"];

/** Kubernetes objects of the cases, in one namespace. */
export const NAMESPACE = "shop";

/** An object with a name, as Pulumi has it. */
export const object = (type: string, name: string, spec: Props, metadata: Props = {}): Fixture => ({
  type: `kubernetes:${type}`,
  name: `${type.split(":")[1] ?? type}-${name}`,
  props: { metadata: { name, namespace: NAMESPACE, ...metadata }, spec },
});

/** A Deployment whose pods carry the label `app`. */
export const deployment = (app: string, pod: Props = {}, type = "apps/v1:Deployment"): Fixture =>
  object(type, app, {
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: { containers: [{ name: app, image: `example/${app}:1` }], ...pod },
    },
  });

/** A policy about the pods of an application, in both directions. */
export const policy = (app: string, spec: Props = {}): Fixture =>
  object("networking.k8s.io/v1:NetworkPolicy", app, {
    podSelector: { matchLabels: { app } },
    policyTypes: ["Ingress", "Egress"],
    ...spec,
  });
