/** A mistake in what the user asked for: shown without a stack, refused before any resource is registered. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** An arrow that is used without being drawn in `topology/arrows.ts`, or drawn wrongly. */
export class TopologyError extends Error {
  override readonly name = "TopologyError";
}

/** Something that this platform cannot do, found before anything is registered. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
  constructor(what: { service: string; field: string; platform: string; remedy: string }) {
    super(`${what.service}: ${what.field} is not supported on platform ${what.platform}; ${what.remedy}`);
  }
}
