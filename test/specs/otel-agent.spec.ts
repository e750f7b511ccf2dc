import assert from "node:assert/strict";
import { LOGGED } from "../../components/platforms/docker/names";
import { otelAgentSpec } from "../../components/services/otel/agent";
import { connection, fileOf, login } from "../support/samples";

const door = { ...connection("otel-collector", "otlp", 4318), login: login("otel-agent") };
const agent = otelAgentSpec({
  stack: "dev",
  logs: { format: "docker-json", labels: LOGGED },
  collector: door,
});
const onNodes = otelAgentSpec({
  stack: "dev",
  logs: { format: "cri", namespaces: ["semblance-dev-work", "semblance-dev-data"], servers: ["postgres"] },
  nodeName: "NODE_NAME",
  collector: door,
});

interface Read {
  readonly include: readonly string[];
  readonly operators: readonly { readonly type: string; readonly id?: string; readonly expr?: string }[];
}
interface File {
  readonly receivers: { readonly filelog: Read };
  readonly processors: Readonly<Record<string, object>>;
  readonly service: { readonly pipelines: { readonly metrics: { readonly processors: readonly string[] } } };
}
const fileIn = async (spec: typeof agent): Promise<File> =>
  JSON.parse(await fileOf(spec, "/etc/semblance/otel.yaml")) as File;
const readBy = async (spec: typeof agent): Promise<Read> => (await fileIn(spec)).receivers.filelog;

describe("The lines that the agent reads", () => {
  it("are of this stack alone: on Docker by their labels, on nodes by the namespace in the path", async () => {
    const docker = await readBy(agent);
    assert.deepEqual(docker.include, ["/host/containers/*/*-json.log"]);
    assert.match(docker.operators[1]?.expr ?? "", /attrs\["semblance\.stack"\] != `dev`$/);
    assert.deepEqual((await readBy(onNodes)).include, [
      "/host/containers/semblance-dev-work_*/*/*.log",
      "/host/containers/semblance-dev-data_*/*/*.log",
    ]);
  });

  it("are put together and redacted by the same rules", async () => {
    const shared = async (spec: typeof agent) => {
      const { processors } = await fileIn(spec);
      const { operators } = await readBy(spec);
      const after = operators.filter(({ id }) => id === "kinds" || id === "tracebacks" || id === "line");
      return [after, processors["transform/schema"], processors["transform/redaction"]];
    };
    assert.deepEqual(await shared(onNodes), await shared(agent));
  });
});

describe("Where there are several machines, the agent's metrics", () => {
  it("say which one they are of, by the variable that the platform names", async () => {
    const { processors, service } = await fileIn(onNodes);
    assert.deepEqual(service.pipelines.metrics.processors, ["memory_limiter", "transform/node"]);
    assert.match(JSON.stringify(processors["transform/node"]), /\$\{file:\/tmp\/node\}/);
    assert.match(onNodes.command.join(" "), /printf %s "\$NODE_NAME" > \/tmp\/node && exec otelcol/);
    assert.doesNotMatch(agent.command.join(" "), /NODE_NAME/);
    assert.ok(!("transform/node" in (await fileIn(agent)).processors));
  });
});
