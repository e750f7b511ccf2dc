import * as pulumi from "@pulumi/pulumi";
import type { HttpsConnection } from "../../core/connection";
import { debugOf } from "../../core/debug";
import type { Foundation, GeneratedLogin } from "../../core/foundation";
import type { RunningWorkload } from "../../core/platform";
import type { ServiceName } from "../../topology";
import { type PrometheusArgs, prometheusSpec } from "./spec";

export {
  type AlertmanagerConnection,
  type PrometheusArgs,
  type PrometheusSpecArgs,
  prometheusSpec,
} from "./spec";
export type { CertificateEnd } from "./rules";

/** The way of one client to Prometheus, with the login that it brings along. */
export type PrometheusConnection = HttpsConnection & { readonly login: GeneratedLogin };

/** Args of `Prometheus`. */
export interface PrometheusComponentArgs extends PrometheusArgs {
  /** Who may query besides the gateway. @default nobody */
  readonly readers?: readonly ServiceName[];
}

/** Prometheus. What it scrapes is what the other services say of themselves. */
export class Prometheus extends pulumi.ComponentResource {
  private readonly server: RunningWorkload<"https">;
  private readonly logins: ReadonlyMap<ServiceName, GeneratedLogin>;

  constructor(
    name: string,
    private readonly foundation: Foundation,
    args: PrometheusComponentArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:service:Prometheus", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const { readers = [], ...rest } = args;
    const targets = args.targets.map((target) => ({
      ...target,
      copies: platform.copiesOf(target.connection.server),
    }));
    this.logins = new Map(
      (["gateway", ...readers] as const).map((reader) => [
        reader,
        secrets.login("prometheus", reader, reader),
      ]),
    );
    const spec = prometheusSpec({
      ...rest,
      targets,
      ...debugOf(foundation, "prometheus"),
      leaf: certificates.issue("prometheus", platform.namesOf("prometheus")),
      trust: certificates.trust,
      listen: platform.listen("prometheus", "https"),
      readers: [...this.logins.values()],
      probe: secrets.login("prometheus", "probe", "probe"),
    });
    this.server = platform.run("prometheus", spec, this);
    this.registerOutputs({});
  }

  /** The way of the gateway to the API. */
  get api(): PrometheusConnection {
    return this.connection("gateway");
  }

  /** The way of a client that `readers` names. */
  connection(client: ServiceName): PrometheusConnection {
    const login = this.logins.get(client);
    if (login === undefined) throw new Error(`prometheus has no reader ${client}`);
    return {
      server: "prometheus",
      port: "https",
      address: this.server.address("https"),
      trust: this.foundation.certificates.trust,
      readyWhen: this.server.readyWhen,
      login,
    };
  }
}
