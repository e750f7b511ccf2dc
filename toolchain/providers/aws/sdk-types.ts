/**
 * What AWS gives for a resource, read where it is written down: in the declarations of @pulumi/aws that the program uses.
 * They are generated, and regular.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Property, Schema } from "../base/schema";

/** Types that hold themselves (rules within rules) end here; no program reads deeper. */
const DEEPEST = 5;
const FIELD = /^\s*(?:readonly )?(\w+)(\??): ([^;]+(?:\{[^}]*\}[^;]*)?);/gm;

/** The declarations of one version of @pulumi/aws. */
export class SdkTypes {
  private readonly known = new Map<string, Schema>();
  private readonly namespaces = new Map<string, string>();

  /** @param program folder of the program, whose SDK it is */
  constructor(private readonly program: string) {}

  /** Outputs of a resource type, `required` where AWS always gives them; empty for a type that the SDK does not have. */
  outputsOf(token: string): Schema {
    const found = this.known.get(token) ?? this.declared(token);
    this.known.set(token, found);
    return found;
  }

  private declared(token: string): Schema {
    const [, module = "", name = ""] = /^aws:([\w/]+):(\w+)$/.exec(token) ?? [];
    const text = this.read(`${module.replace(/^index\//, "")}.d.ts`) ?? "";
    const start = text.indexOf(`export declare class ${name} `);
    const end = text.indexOf("export interface ", start);
    if (start < 0) return {};
    const body = text.slice(start, end < 0 ? undefined : end);
    const fields = [...body.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([^;]+(?:;\s*\}[^;]*)?)>;/gm)];
    return Object.fromEntries(fields.map(([, field = "", type = ""]) => [field, this.typeOf(type, 0)]));
  }

  private typeOf(text: string, depth: number): Property {
    const type = text.replace(/\| undefined$/, "").trim();
    const required = !/\| undefined$/.test(text.trim());
    if (type.endsWith("[]")) return { type: "list", required, items: this.typeOf(type.slice(0, -2), depth) };
    if (type.startsWith("{")) return { type: "map", required, values: { type: "string" } };
    if (type === "number" || type === "boolean") return { type, required };
    const [, namespace, name] = /^outputs\.(\w+)\.(\w+)$/.exec(type) ?? [];
    if (namespace === undefined || name === undefined || depth === DEEPEST)
      return { type: "string", required };
    return { type: "object", required, properties: this.interfaceOf(namespace, name, depth + 1) };
  }

  private interfaceOf(namespace: string, name: string, depth: number): Schema {
    const text = this.namespaceOf(namespace);
    const start = text.indexOf(`    interface ${name} {`);
    const body = text.slice(start, text.indexOf("\n    }", start)).replace(/\/\*\*[^]*?\*\//g, "");
    const fields = [...body.slice(body.indexOf("{") + 1).matchAll(FIELD)];
    return Object.fromEntries(
      fields.map(([, field = "", mark = "", type = ""]) => [
        field,
        this.typeOf(mark === "?" ? `${type} | undefined` : type, depth),
      ]),
    );
  }

  private namespaceOf(name: string): string {
    const known = this.namespaces.get(name);
    if (known !== undefined) return known;
    const all = this.read(join("types", "output.d.ts")) ?? "";
    const start = all.indexOf(`export declare namespace ${name} {`);
    const end = all.indexOf("\n}", start);
    // Some hundred kilobytes of six million.
    const found = start < 0 ? "" : all.slice(start, end);
    this.namespaces.set(name, found);
    return found;
  }

  private read(file: string): string | undefined {
    const manifest = createRequire(join(this.program, "package.json")).resolve("@pulumi/aws/package.json");
    try {
      return readFileSync(join(dirname(manifest), file), "utf8");
    } catch {
      return undefined;
    }
  }
}
