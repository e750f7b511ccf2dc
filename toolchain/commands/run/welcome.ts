import { z } from "zod";
import { duration, type Style } from "../../terminal";

const outputsSchema = z.looseObject({
  urls: z.record(z.string(), z.string()).default({}),
  logins: z
    .array(z.looseObject({ service: z.string(), username: z.string(), passwordOutput: z.string() }))
    .default([]),
  absent: z.record(z.string(), z.string()).default({}),
});

/** What the program gives out that is not secret. */
export type PublicOutputs = z.infer<typeof outputsSchema>;

/** Reads the program's outputs as the state holds them; secret ones are encrypted there and left alone. */
export const publicOutputs = (outputs: Readonly<Record<string, unknown>>): PublicOutputs =>
  outputsSchema.parse(outputs);

/** The last screen of `up`: where to go, how to log in, what to do next. It never holds a password. */
export function welcome(
  facts: {
    readonly stack: string;
    readonly outputs: PublicOutputs;
    readonly certificate: string | undefined;
    readonly elapsedMs: number;
    readonly summary: string;
  },
  style: Style,
): string {
  const { stack, outputs, certificate } = facts;
  const option = stack === "dev" ? "" : ` --stack ${stack}`;
  const urls = Object.entries(outputs.urls);
  const width = Math.max(
    0,
    ...urls.map(([service]) => service.length),
    ...outputs.logins.map(({ service }) => service.length),
  );
  const nameWidth = Math.max(0, ...outputs.logins.map(({ username }) => username.length));
  const lines = [
    "",
    style.bold(`Stack ${stack} is up`) + style.dim(` (${facts.summary}, ${duration(facts.elapsedMs)})`),
    "",
    ...urls.map(([service, url]) => `  ${service.padEnd(width)}  ${style.cyan(url)}`),
  ];
  if (outputs.logins.length > 0) lines.push("", "Log in as");
  for (const { service, username, passwordOutput } of outputs.logins) {
    const shown = `npm run password -- ${passwordOutput}${option}`;
    lines.push(
      `  ${service.padEnd(width)}  ${username.padEnd(nameWidth)}  ${style.dim(`password: ${shown}`)}`,
    );
  }
  if (certificate !== undefined) {
    lines.push(
      "",
      "Your browser does not know the stack's certificate authority yet. Trust it once:",
      `  in the browser: Settings → Certificates → Authorities → import ${certificate}`,
      `  on Debian:      sudo cp ${certificate} /usr/local/share/ca-certificates/semblance-${stack}.crt && sudo update-ca-certificates`,
      `  with curl:      curl --cacert ${certificate} …`,
    );
  }
  const end = option === "" ? "" : ` --${option}`;
  lines.push("", `Next: npm run status${end}   npm run logs -- SERVICE${option}   npm run down${end}`);
  return lines.join("\n");
}
