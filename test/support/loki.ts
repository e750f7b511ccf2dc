import { z } from "zod";
import { docker, executeOk, serverOf } from "./engine";
import { stackName } from "./stack";

const CLIENT = "otel-collector";

/** Asks one URL with the client's certificate, verified as the client does, and prints the answer's body. */
const ASK = String.raw`
import ssl, sys, urllib.error, urllib.request
tls = "/etc/semblance/tls/"
context = ssl.create_default_context(cafile=tls + "ca.crt")
context.load_cert_chain(tls + "loki.client.crt", tls + "loki.client.key")
try:
    with urllib.request.urlopen("https://loki:3100" + sys.argv[1], timeout=30, context=context) as answer:
        sys.stdout.buffer.write(answer.read())
except urllib.error.HTTPError as error:
    sys.exit(f"{error.code}: {error.read().decode()}")
`;

const answerSchema = z.object({
  status: z.literal("success"),
  data: z.object({ resultType: z.string(), result: z.array(z.unknown()) }),
});
const streamsSchema = z.array(
  z.looseObject({ values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())) }),
);
const labelsSchema = z.object({ status: z.literal("success"), data: z.array(z.string()).default([]) });

/**
 * Loki's API, asked from where the collector stands: only who shows a certificate of Loki's clients comes in, over one of the
 * arrows to it. A helper with Python has the collector's network and sees its files; nothing leaves the engine but answers.
 */
export class Loki {
  private constructor(private readonly helper: string) {}

  static async start(): Promise<Loki> {
    const [client, python] = await Promise.all([serverOf(CLIENT), serverOf("label-studio")]);
    const name = `t-live-loki-${stackName}`;
    await removeIfThere(name);
    const helper = await docker.createContainer({
      name,
      Image: python.Image,
      Entrypoint: ["sleep", "3600"],
      Cmd: [],
      User: client.Config.User,
      HostConfig: {
        NetworkMode: `container:${client.Id}`,
        VolumesFrom: [`${client.Id}:ro`],
        CapDrop: ["ALL"],
        Init: true,
      },
    });
    await helper.start();
    return new Loki(helper.id);
  }

  async stop(): Promise<void> {
    await removeIfThere(this.helper);
  }

  /** How many series or streams a query gives over the last hours. */
  async count(query: string, hours: number): Promise<number> {
    return (await this.results(query, hours, 10)).length;
  }

  /** Lines that a query finds within the last hours, the newest first. */
  async lines(query: string, hours = 1): Promise<string[]> {
    const streams = streamsSchema.parse(await this.results(query, hours, 1000));
    return streams.flatMap(({ values }) => values.map(([, line]) => line));
  }

  /** Values that a label has had within the last hours. */
  async labelValues(label: string, hours = 1): Promise<string[]> {
    const range = new URLSearchParams(lastHours(hours));
    return labelsSchema.parse(
      JSON.parse(await this.ask(`/loki/api/v1/label/${label}/values?${range.toString()}`)),
    ).data;
  }

  private async results(query: string, hours: number, limit: number): Promise<unknown[]> {
    const parameters = new URLSearchParams({ ...lastHours(hours), query, step: "60s", limit: String(limit) });
    const text = await this.ask(`/loki/api/v1/query_range?${parameters.toString()}`);
    return answerSchema.parse(JSON.parse(text)).data.result;
  }

  private ask(path: string): Promise<string> {
    return executeOk(this.helper, ["/opt/label-studio/bin/python", "-c", ASK, path]);
  }
}

/** A range of time as Loki's API has it: nanoseconds, which are too many for a number. */
function lastHours(hours: number): { start: string; end: string } {
  const now = Date.now();
  return { start: `${now - hours * 3_600_000}000000`, end: `${now}000000` };
}

async function removeIfThere(name: string): Promise<void> {
  const found = await docker.listContainers({ all: true });
  const one = found.find(({ Id, Names }) => Id === name || Names.includes(`/${name}`));
  if (one !== undefined) await docker.getContainer(one.Id).remove({ force: true });
}
