/** The kinds that the platform uses, in one namespace at Pod Security `restricted`, through the ordinary SDK. */
export const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { readFileSync } from "node:fs";
const { config, resources: [{ args: wish }] } = JSON.parse(readFileSync("wish.json", "utf8"));
const opts = { provider: new k8s.Provider("cluster", { ...config, enableServerSideApply: true }, { version: "1.2.3" }) };
const enforce = { "pod-security.kubernetes.io/enforce": "restricted" };
const namespace = new k8s.core.v1.Namespace("ns", { metadata: { name: wish.namespace, labels: enforce } }, opts).metadata.name;
const meta = (name: string) => ({ namespace, name });

const account = new k8s.core.v1.ServiceAccount("web", { metadata: meta("web"), automountServiceAccountToken: false }, opts);
const secret = new k8s.core.v1.Secret("web", { metadata: { namespace }, stringData: { password: wish.password } }, opts);
const settings = new k8s.core.v1.ConfigMap("web", { metadata: { namespace }, data: { "app.conf": wish.setting } }, opts);
new k8s.core.v1.PersistentVolumeClaim("data", { metadata: meta("data"), spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1024Mi" } } } }, opts);

const template = (app: string, image: string, more: object = {}) => ({
  metadata: { labels: { app } },
  spec: {
    serviceAccountName: account.metadata.name,
    automountServiceAccountToken: false,
    containers: [{
      ...wish.container,
      image,
      envFrom: [{ secretRef: { name: secret.metadata.name } }, { configMapRef: { name: settings.metadata.name } }],
    }],
    ...more,
  },
});
const selector = (app: string) => ({ matchLabels: { app } });
const web = new k8s.apps.v1.Deployment("web", { metadata: meta("web"), spec: { replicas: 2, selector: selector("web"), template: template("web", wish.image) } }, opts);
new k8s.core.v1.Service("web", { metadata: meta("web"), spec: { selector: { app: "web" }, ports: [{ port: 80 }] } }, opts);
new k8s.core.v1.Service("edge", { metadata: meta("edge"), spec: { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 443 }] } }, opts);
const db = new k8s.core.v1.Service("db", { metadata: meta("db"), spec: { clusterIP: "None", selector: { app: "db" }, ports: [{ port: 5432 }] } }, opts);
const claim = { metadata: { name: "data" }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
new k8s.apps.v1.StatefulSet("db", { metadata: meta("db"), spec: { serviceName: db.metadata.name, replicas: 2, selector: selector("db"), template: template("db", "db:1"), volumeClaimTemplates: [claim] } }, opts);
new k8s.apps.v1.DaemonSet("agent", { metadata: meta("agent"), spec: { selector: selector("agent"), template: template("agent", "agent:1") } }, opts);
new k8s.networking.v1.NetworkPolicy("web", { metadata: meta("web"), spec: { podSelector: selector("web"), policyTypes: ["Ingress", "Egress"], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] } }, opts);
new k8s.policy.v1.PodDisruptionBudget("web", { metadata: meta("web"), spec: { maxUnavailable: 1, selector: selector("web") } }, opts);
new k8s.autoscaling.v2.HorizontalPodAutoscaler("web", { metadata: meta("web"), spec: { minReplicas: 2, maxReplicas: 4, scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: web.metadata.name }, metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }] } }, opts);
new k8s.core.v1.ResourceQuota("all", { metadata: meta("all"), spec: { hard: { pods: "20", "requests.cpu": "4000m" } } }, opts);
const role = new k8s.rbac.v1.Role("viewer", { metadata: meta("viewer"), rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] }, opts);
const apiGroup = "rbac.authorization.k8s.io";
new k8s.rbac.v1.RoleBinding("viewer", { metadata: meta("viewer"), roleRef: { apiGroup, kind: "Role", name: role.metadata.name }, subjects: [{ kind: "Group", name: "viewers", apiGroup }] }, opts);
new k8s.batch.v1.Job("migrate", { metadata: meta("migrate"), spec: { backoffLimit: 2, template: template("migrate", wish.jobImage, { restartPolicy: "Never" }) } }, opts);
export const uid = web.metadata.uid;
export const ip = db.spec.clusterIP;
`;
