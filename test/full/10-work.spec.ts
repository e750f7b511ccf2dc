import assert from "node:assert/strict";
import { z } from "zod";
import { execute, executeOk, serverOf } from "../support/engine";
import { status } from "../support/facts";
import { present } from "../support/present";

const PYTHON = "/opt/jupyter/bin/python";
const APP = "/etc/semblance/app";

const notebookSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  seconds: z.number(),
  skipped: z.string().optional(),
  error: z.string().optional(),
});

/** What a script inside JupyterLab printed; it may use the clients that every notebook has. */
async function inJupyter(script: string): Promise<string> {
  const { Id } = await serverOf("jupyter");
  const start = `import sys\nsys.path.insert(0, "${APP}")\nimport semblance_environment\nsemblance_environment.enter()\nimport os, requests, semblance\n`;
  return (await executeOk(Id, [PYTHON, "-c", start + script])).trim();
}

/** Statuses of requests, each with another credential, one a line. */
const statuses = async (requests: Readonly<Record<string, string>>): Promise<Record<string, string>> => {
  const lines = Object.entries(requests).map(([name, call]) => `print("${name}", ${call}.status_code)`);
  const printed = await inJupyter(lines.join("\n"));
  return Object.fromEntries(printed.split("\n").map((line) => line.split(" ")));
};

describe("work: what a data scientist does with the whole platform", function () {
  this.timeout(900_000);

  it("every service is ready", async () => {
    const { services } = await status();
    const sick = services.filter(({ ready, absent }) => !ready && absent === undefined);
    assert.deepEqual(sick, []);
  });

  it("the starter notebooks run from the first to the last cell", async () => {
    const { Id } = await serverOf("jupyter");
    const { stdout, stderr } = await execute(Id, [PYTHON, `${APP}/run_notebooks.py`]);
    const notebooks = stdout
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => notebookSchema.parse(JSON.parse(line)));
    assert.ok(notebooks.length >= 8, `${stdout}${stderr}`);
    for (const { name, ok, seconds, skipped, error } of notebooks) {
      assert.ok(ok, `${name}: ${error ?? ""}`);
      assert.equal(skipped, undefined, `${name} skipped: ${skipped ?? ""}`);
      console.log(`      ${name} ${seconds} s`);
    }
  });

  it("an MLflow run's artifact lies in MLflow's bucket, and notebooks hold no key to it", async () => {
    const made = await inJupyter(`
mlflow = semblance.mlflow()
mlflow.set_experiment(os.environ.get("MLFLOW_EXPERIMENT_NAME", "jupyter"))
with mlflow.start_run(run_name="live test") as run:
    mlflow.log_metric("agreement", 0.9)
    mlflow.log_text("kept in the object storage", "note.txt")
print(run.info.run_id)
`);
    const minio = await serverOf("minio");
    const mc =
      'MC_HOST_local=$(echo "$MC_HOST_local" | sed "s#https://#https://$MINIO_ROOT_USER:$(cat /etc/semblance/secrets/root-password)@#") mc --quiet';
    const listed = await executeOk(minio.Id, ["sh", "-c", `${mc} find local/mlflow --name note.txt`]);
    assert.match(listed, new RegExp(`local/mlflow/.*${made.split("\n").at(-1)}/artifacts/note\\.txt`));
    const bypass = await inJupyter(`
try:
    semblance.s3().list_objects_v2(Bucket="mlflow")
    print("listed")
except Exception as error:
    print(type(error).__name__, error)
`);
    assert.match(bypass, /AccessDenied|AllAccessDisabled|403/);
  });

  it("the search index lets in its client, and nobody without a login or with a wrong one", async function () {
    if (!present().has("elasticsearch")) {
      console.log("      skipped: elasticsearch is not part of this stack");
      this.skip();
    }
    const seen = await statuses({
      none: 'requests.get((os.environ.get("ELASTICSEARCH_URL") or os.environ["OPENSEARCH_URL"]) + "/datasets-live/_search")',
      wrong:
        'requests.get((os.environ.get("ELASTICSEARCH_URL") or os.environ["OPENSEARCH_URL"]) + "/datasets-live/_search", auth=("jupyter", "wrong"))',
    });
    assert.deepEqual(seen, { none: "401", wrong: "401" });
    const found = await inJupyter(`
client = semblance.search()
client.index(index="datasets-live", id="1", body={"name": "live test"}, refresh=True)
print(client.search(index="datasets-live", body={"query": {"match": {"name": "live test"}}})["hits"]["total"]["value"])
client.indices.delete(index="datasets-live")
try:
    client.index(index="private-live", body={"name": "not mine"})
    print("indexed")
except Exception as error:
    print(error.status_code if hasattr(error, "status_code") else error)
`);
    assert.deepEqual(found.split("\n"), ["1", "403"]);
  });

  it("Weaviate lets in its client, and nobody without a key or with a wrong one", async () => {
    const url = '"https://" + os.environ["WEAVIATE_HOST"] + ":" + os.environ["WEAVIATE_PORT"] + "/v1/schema"';
    const seen = await statuses({
      none: `requests.get(${url})`,
      wrong: `requests.get(${url}, headers={"Authorization": "Bearer wrong"})`,
      own: `requests.get(${url}, headers={"Authorization": "Bearer " + os.environ["WEAVIATE_API_KEY"]})`,
      another: `requests.get(${url}, headers={"Authorization": "Bearer " + os.environ["OLLAMA_API_KEY"]})`,
    });
    assert.deepEqual(seen, { none: "401", wrong: "401", own: "200", another: "401" });
  });

  it("Ollama answers its client, and nobody without a token or with a wrong one; models are the set-up's to change", async () => {
    const at = (path: string) => `os.environ["OLLAMA_HOST"] + "${path}"`;
    const own = 'headers={"Authorization": "Bearer " + os.environ["OLLAMA_API_KEY"]}';
    const seen = await statuses({
      none: `requests.get(${at("/api/tags")})`,
      wrong: `requests.get(${at("/api/tags")}, headers={"Authorization": "Bearer wrong"})`,
      own: `requests.get(${at("/api/tags")}, ${own})`,
      remove: `requests.delete(${at("/api/delete")}, json={"model": "semblance-tiny"}, ${own})`,
    });
    assert.deepEqual(seen, { none: "401", wrong: "401", own: "200", remove: "403" });
    const answer = await inJupyter(`
reply = semblance.ollama().generate(model=semblance.model("completion"), prompt="hello", options={"num_predict": 8})
print(reply.eval_count)
`);
    assert.ok(Number(answer.split("\n").at(-1)) > 0, answer);
  });
});
