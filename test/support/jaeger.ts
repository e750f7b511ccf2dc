import { z } from "zod";
import { fetchFrom } from "./https";

const tracesSchema = z.object({
  data: z
    .array(
      z.looseObject({
        traceID: z.string(),
        spans: z.array(z.looseObject({ operationName: z.string(), processID: z.string() })),
        processes: z.record(z.string(), z.looseObject({ serviceName: z.string() })),
      }),
    )
    .nullable(),
});

/** A trace as Jaeger's API tells it. */
export type Trace = NonNullable<z.infer<typeof tracesSchema>["data"]>[number];

/** Jaeger's API, asked through the gateway as an operator. */
export class Jaeger {
  constructor(
    private readonly url: URL,
    private readonly ca: string,
    private readonly login: { readonly username: string; readonly password: string },
  ) {}

  /** Traces of a service out of the last hours, as Grafana's panel asks for them. */
  async traces(service: string, hours: number, limit = 20): Promise<Trace[]> {
    const now = Date.now();
    const parameters = new URLSearchParams({
      service,
      limit: String(limit),
      start: `${now - hours * 3_600_000}000`,
      end: `${now}000`,
    });
    const url = new URL(`/api/traces?${parameters.toString()}`, this.url);
    const { status, body } = await fetchFrom(url, { ca: this.ca, login: this.login });
    if (status !== 200)
      throw new Error(`${url.pathname} of Jaeger was answered with ${status}: ${String(body)}`);
    return tracesSchema.parse(JSON.parse(body.toString("utf8"))).data ?? [];
  }
}
