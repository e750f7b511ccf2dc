import type { DiskEncryption } from "./disk-encryption";

/** What a port of the host is to us. */
export interface PortFact {
  readonly key: "edge.httpsPort" | "edge.httpPort";
  readonly bind: string;
  readonly port: number;
  readonly state: "free" | "ours" | "taken" | "forbidden" | "no such address";
  /** Who holds it, where that can be seen. */
  readonly holder?: string;
}

/** A range of addresses that leads somewhere already. */
export interface RouteFact {
  /** CIDR notation. */
  readonly range: string;
  /** `route of tun0`, `Docker network lab`. */
  readonly what: string;
}

/** What was found on the machine, before anything is touched. Absent means that it could not be found out. */
export interface Facts {
  readonly ports: readonly PortFact[];
  readonly routes: readonly RouteFact[];
  readonly disk?: { readonly path: string; readonly freeBytes: number };
  readonly encryption?: DiskEncryption;
  readonly memory?: { readonly totalBytes: number; readonly availableBytes: number };
  readonly stateFolder: { readonly path: string; readonly writable: boolean };
  readonly engine?: {
    readonly apiVersion: string;
    readonly version: string;
    /** Folder of its data, on its own machine. */
    readonly folder?: string;
    /** Names of the container runtimes that it has. */
    readonly runtimes: readonly string[];
  };
  /** The kernel's limit of mapped areas per process. */
  readonly maxMapCount?: number;
  /** Images that have to be got first. */
  readonly missingImages: readonly string[];
}

/** Something that stands in the way, or soon will. */
export interface Finding {
  readonly severity: "problem" | "warning";
  readonly what: string;
  readonly found: string;
  readonly allowed: string;
  readonly fix: string;
}
