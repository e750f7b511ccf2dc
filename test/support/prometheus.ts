import { z } from "zod";
import { fetchFrom } from "./https";

const answerSchema = z.object({ status: z.literal("success"), data: z.unknown() });
const targetsSchema = z.object({
  activeTargets: z.array(
    z.looseObject({ labels: z.record(z.string(), z.string()), health: z.string(), lastError: z.string() }),
  ),
});
const vectorSchema = z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) });

/** A target of Prometheus. */
export type Target = z.infer<typeof targetsSchema>["activeTargets"][number];

/** Prometheus' API, asked through the gateway. */
export class Prometheus {
  constructor(
    private readonly url: URL,
    private readonly ca: string,
    private readonly login: { readonly username: string; readonly password: string },
  ) {}

  async targets(): Promise<Target[]> {
    return targetsSchema.parse(await this.ask("/api/v1/targets")).activeTargets;
  }

  /** Value of an expression now; 0 where there is none. */
  async value(expression: string): Promise<number> {
    const { result } = vectorSchema.parse(
      await this.ask(`/api/v1/query?query=${encodeURIComponent(expression)}`),
    );
    return Number(result[0]?.value[1] ?? 0);
  }

  /** The text of an answer. */
  async text(path: string): Promise<string> {
    const answer = await fetchFrom(new URL(path, this.url), { ca: this.ca, login: this.login });
    if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}`);
    return answer.body.toString("utf8");
  }

  private async ask(path: string): Promise<unknown> {
    return answerSchema.parse(JSON.parse(await this.text(path))).data;
  }
}
