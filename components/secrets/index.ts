import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { GeneratedLogin, SecretSource } from "../core/foundation";
import { Sensitive } from "../core/values";

/**
 * Every secret that nobody sets is generated here, once per stack. They are protected: they belong to the data that they
 * open, so `npm run down` keeps both or, with `--with-data`, removes both.
 */
export class Secrets extends pulumi.ComponentResource implements SecretSource {
  private readonly options: pulumi.CustomResourceOptions = { parent: this, protect: true };

  constructor(
    private readonly name: string,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:secrets:Secrets", name, {}, opts);
    this.registerOutputs({});
  }

  login(server: string, client: string, username: string): GeneratedLogin {
    const password = new random.RandomPassword(
      `${this.name}-${server}-${client}`,
      { length: 32, special: false, minLower: 1, minUpper: 1, minNumeric: 1 },
      this.options,
    );
    return {
      username,
      password: Sensitive.of(password.result),
      bcryptHash: Sensitive.of(password.bcryptHash),
    };
  }

  key(purpose: string, bytes: number): { readonly hex: Sensitive; readonly base64: Sensitive } {
    const made = new random.RandomBytes(`${this.name}-${purpose}`, { length: bytes }, this.options);
    return { hex: Sensitive.of(made.hex), base64: Sensitive.of(made.base64) };
  }
}
