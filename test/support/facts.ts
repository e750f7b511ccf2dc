import { z } from "zod";
import { project, projectOk, pulumiOk, stackName } from "./stack";

const statusSchema = z.object({
  stack: z.string(),
  services: z.array(
    z.object({
      name: z.string(),
      ready: z.boolean(),
      reason: z.string().optional(),
      absent: z.string().optional(),
      url: z.string().optional(),
      image: z.string(),
    }),
  ),
});

/** What `npm run -s status -- --json` says. */
export type Status = z.infer<typeof statusSchema>;

/** Asks for the state of a stack; services that are not ready are part of the answer. */
export async function status(stack = stackName): Promise<Status> {
  const { stdout } = await project("status", ["--json", "--stack", stack]);
  return statusSchema.parse(JSON.parse(stdout));
}

/** Addresses that the stack gives out, by name: `home`, and one per UI or API. */
export async function urls(stack = stackName): Promise<(name: string) => URL> {
  const known = z
    .record(z.string(), z.string())
    .parse(JSON.parse(await pulumiOk(["stack", "output", "urls", "--json"], { stack })));
  return (name) => {
    const url = known[name];
    if (url === undefined)
      throw new Error(`stack output urls has no ${name}; it has ${Object.keys(known).join(", ")}`);
    return new URL(url);
  };
}

/** A generated login. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What `npm run password` shows. */
export async function login(name: string, stack = stackName): Promise<Login> {
  const { stdout } = await projectOk("password", [name, "--stack", stack]);
  const field = (key: string): string => {
    const value = new RegExp(`^${key} +(\\S+)$`, "m").exec(stdout)?.[1];
    if (value === undefined) throw new Error(`npm run password -- ${name} shows no ${key}`);
    return value;
  };
  return { username: field("username"), password: field("password") };
}

/** Certificate of the stack's authority, as a stack output gives it to whoever wants to trust the stack. */
export async function authority(stack = stackName): Promise<string> {
  return pulumiOk(["stack", "output", "caCertificate"], { stack });
}
