import assert from "node:assert/strict";
import { stateQuery } from "../../components/services/gateway/state";
import { docker, readAll } from "../support/engine";
import { imageHere } from "../support/bench";

/** A unit test of promtool: series by the half minute, and what the question answers after 10 minutes. */
const rulesTest = {
  evaluation_interval: "30s",
  tests: [
    {
      interval: "30s",
      input_series: [
        { series: 'semblance_service_up{service="steady"}', values: "1x20" },
        { series: 'semblance_service_up{service="healed"}', values: "0x9 1x10" },
        { series: 'semblance_service_up{service="fell"}', values: "1x9 0x10" },
        { series: 'semblance_service_up{service="starting"}', values: "_x9 0x10" },
      ],
      promql_expr_test: [
        {
          expr: stateQuery,
          eval_time: "10m",
          exp_samples: [
            ...facts("steady", { up: 1, last_up: 600, first_seen: 0 }),
            ...facts("healed", { up: 1, last_down: 270, last_up: 600, first_seen: 0 }),
            ...facts("fell", { up: 0, last_down: 600, last_up: 270, first_seen: 0 }),
            ...facts("starting", { up: 0, last_down: 600, first_seen: 270 }),
          ],
        },
      ],
    },
  ],
};

function facts(service: string, values: Readonly<Record<string, number>>) {
  return Object.entries(values).map(([fact, value]) => ({
    labels:
      fact === "up"
        ? `semblance_service_up{fact="up", service="${service}"}`
        : `{fact="${fact}", service="${service}"}`,
    value,
  }));
}

describe("gateway: the question about the state of services", function () {
  this.timeout(30_000);

  it("is answered by a real Prometheus as the home page reads it", async () => {
    const container = await docker.createContainer({
      name: "t-gateway-promtool",
      Image: await imageHere("prometheus"),
      Entrypoint: [
        "sh",
        "-c",
        'printf %s "$RULES_TEST" > /tmp/test.yml && promtool test rules /tmp/test.yml',
      ],
      Cmd: [],
      Env: [`RULES_TEST=${JSON.stringify(rulesTest)}`],
      User: "65534:65534",
      HostConfig: { NetworkMode: "none", Tmpfs: { "/tmp": "mode=1777" } },
    });
    try {
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      const said = readAll(output);
      await container.start();
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      assert.equal(StatusCode, 0, (await said).toString());
    } finally {
      await container.remove({ force: true });
    }
  });
});
