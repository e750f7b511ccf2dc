import type { Connection } from "./connection";
import type { Leaf } from "./foundation";
import type { Login, Sensitive } from "./values";

/** How Prometheus shows who it is. */
export type ScrapeCredential =
  | { readonly kind: "basic"; readonly login: Login }
  | { readonly kind: "bearer"; readonly token: Sensitive }
  | { readonly kind: "certificate"; readonly identity: Leaf };

/** Metrics of one service, over TLS. */
export interface ScrapeTarget {
  readonly connection: Connection;
  readonly path: string;
  readonly credential: ScrapeCredential;
  /** DNS name with an address for each copy of the server, each of which is asked. Absent: there is one, at `connection`. */
  readonly copies?: string | undefined;
}

/** A PromQL expression that is 1 while the service works and 0 or absent otherwise. */
export interface ServiceState {
  readonly service: string;
  readonly expression: string;
}
