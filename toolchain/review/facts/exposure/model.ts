import { isUnknown, text, type Value } from "../../../../policies/core/value";

/** Something that can be reached from outside of what it belongs to. */
export interface Exposure {
  readonly platform: "docker" | "kubernetes" | "aws" | "gateway";
  /** What is reached: `port 443/tcp of container gateway`. */
  readonly what: string;
  /** From where: `127.0.0.1 of the host`, `10.0.0.0/8`, `everywhere`; empty for a host name, which whoever reaches the gateway can ask for. */
  readonly from: string;
  /** Whether that is the whole world, or every address of a machine. */
  readonly wide: boolean;
}

/** What is not known before the deployment, in the words of a page. */
export const NOT_KNOWN = "(known after the deployment)";

/** A value as a word of a sentence. */
export const word = (value: Value, otherwise = ""): string =>
  isUnknown(value) ? NOT_KNOWN : (text(value) ?? otherwise);

export const EVERYWHERE = "everywhere";
