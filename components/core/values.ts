import * as pulumi from "@pulumi/pulumi";

/**
 * A secret text. It is nominal, so that a plain string does not compile where a password is meant, and it has no
 * `toString` that shows anything. Only platforms unwrap it, at the moment they hand it to a provider.
 *
 * @example
 * const uri = Sensitive.format((p) => `postgresql://app:${encodeURIComponent(p)}@db/app`, password);
 */
export class Sensitive {
  private constructor(private readonly text: pulumi.Output<string>) {}

  /** Marks `text` as a secret; state and previews show it encrypted or as `[secret]` from here on. */
  static of(text: pulumi.Input<string>): Sensitive {
    return new Sensitive(pulumi.secret(text));
  }

  /** A secret text made out of another one; what comes out is as secret as what went in. */
  map(make: (text: string) => string): Sensitive {
    return new Sensitive(this.text.apply(make));
  }

  /** A secret text made out of several. */
  static format(make: (...texts: string[]) => string, ...parts: readonly Sensitive[]): Sensitive {
    return new Sensitive(pulumi.all(parts.map((part) => part.text)).apply((texts) => make(...texts)));
  }

  /** The text as a secret Output. For platforms and stack outputs only. */
  unwrap(): pulumi.Output<string> {
    return this.text;
  }
}

/** What an environment variable or a file may hold. */
export type TextValue = pulumi.Input<string> | Sensitive;

/** The value as an Output that keeps its secretness. For platforms only. */
export function unwrap(value: TextValue): pulumi.Output<string> {
  return value instanceof Sensitive ? value.unwrap() : pulumi.output(value);
}

/** A name and a generated password. */
export interface Login {
  readonly username: string;
  readonly password: Sensitive;
}
