import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config/schema";
import type { PostgresConnection } from "../core/connection";
import type { Foundation } from "../core/foundation";
import type { ScrapeTarget, ServiceState } from "../core/metrics";
import type { Login } from "../core/values";
import { Elasticsearch, ELASTICSEARCH_STATES, ElasticsearchExporter } from "../services/elasticsearch";
import { Jupyter, JUPYTER_STATE } from "../services/jupyter";
import type { LabelStudio } from "../services/label-studio";
import { Mlflow, MLFLOW_STATES } from "../services/mlflow";
import { type Model, Ollama, OLLAMA_STATE, SELF_TEST_MODEL } from "../services/ollama";
import type { Postgres } from "../services/postgres";
import { Weaviate, WEAVIATE_STATE } from "../services/weaviate";
import type { OtherDoors } from "../routes";
import type { Site } from "../site";
import type { ServiceName } from "../topology";
import type { Objects } from "./objects";

/** What people work with besides Label Studio, and what that stands on; as far as the stack has it. */
export interface Work {
  readonly doors: OtherDoors;
  readonly logins: Readonly<Record<string, Login>>;
  /** Databases that it has. */
  readonly databases: readonly PostgresConnection[];
  readonly targets: readonly ScrapeTarget[];
  readonly states: readonly ServiceState[];
}

/** What it is wired to. */
export interface WorkArgs {
  readonly settings: Settings;
  readonly present: ReadonlySet<ServiceName>;
  readonly site: Site;
  readonly postgres: Postgres;
  readonly objects: Objects;
  readonly labelStudio: LabelStudio;
}

/** Search, models and experiments, then the notebooks, which use them all. */
export function assembleWork(
  args: WorkArgs,
  foundation: Foundation,
  opts: pulumi.ComponentResourceOptions,
): Work {
  const { settings, present, site, postgres, objects, labelStudio } = args;
  const gpuOf = ({ gpu, gpuCount }: Settings["jupyter"]) =>
    gpu === "nvidia" ? { gpu: { count: gpuCount } } : {};

  const elasticsearch = present.has("elasticsearch")
    ? new Elasticsearch(
        "elasticsearch",
        foundation,
        {
          engine: settings.elasticsearch.engine,
          clients: { jupyter: { patterns: ["datasets-*", "annotations-*"] } },
        },
        opts,
      )
    : undefined;
  const elasticsearchExporter =
    elasticsearch === undefined || !present.has("elasticsearch-exporter")
      ? undefined
      : new ElasticsearchExporter(foundation, elasticsearch.monitor, opts);
  const weaviate = present.has("weaviate")
    ? new Weaviate(
        "weaviate",
        foundation,
        { clients: { jupyter: { writes: ["DatasetEmbedding"], owns: ["Notebook*"] } } },
        opts,
      )
    : undefined;
  const ollama = present.has("ollama")
    ? new Ollama(
        "ollama",
        foundation,
        {
          clients: ["jupyter"],
          models: [SELF_TEST_MODEL, ...settings.ollama.models.map(modelOf)],
          ...gpuOf(settings.ollama),
        },
        opts,
      )
    : undefined;
  const database = present.has("mlflow") ? postgres.database("mlflow").connection : undefined;
  const mlflow =
    database === undefined
      ? undefined
      : new Mlflow(
          "mlflow",
          foundation,
          {
            site: { url: site.url("mlflow"), host: site.host("mlflow") },
            postgres: database,
            s3: objects.bucket("mlflow", "read-write"),
            clients: ["jupyter"],
          },
          opts,
        );

  const jupyter = present.has("jupyter")
    ? new Jupyter(
        "jupyter",
        foundation,
        {
          site: { url: site.url("jupyter"), host: site.host("jupyter") },
          labelStudio: {
            connection: labelStudio.web,
            token: labelStudio.apiToken,
            url: site.url("label-studio"),
          },
          s3: objects.bucket("jupyter", "read-write"),
          ...(mlflow === undefined ? {} : { mlflow: mlflow.connection("jupyter") }),
          ...(elasticsearch === undefined ? {} : { search: elasticsearch.connection("jupyter") }),
          ...(weaviate === undefined ? {} : { weaviate: weaviate.connection("jupyter") }),
          ...(ollama === undefined ? {} : { ollama: ollama.connection("jupyter") }),
          ...gpuOf(settings.jupyter),
        },
        opts,
      )
    : undefined;

  const all = [elasticsearchExporter, weaviate, ollama, mlflow, jupyter];
  return {
    doors: {
      ...(mlflow === undefined ? {} : { mlflow: mlflow.web }),
      ...(jupyter === undefined ? {} : { jupyter: jupyter.web }),
    },
    logins: {
      ...(mlflow === undefined ? {} : { mlflow: mlflow.administrator }),
      // The token is all that the form asks for.
      ...(jupyter === undefined ? {} : { jupyter: { username: "token", password: jupyter.token } }),
    },
    databases: database === undefined ? [] : [database],
    targets: all.flatMap((service) => (service === undefined ? [] : [service.target])),
    states: [
      ...(elasticsearchExporter === undefined ? [] : ELASTICSEARCH_STATES),
      ...(weaviate === undefined ? [] : [WEAVIATE_STATE]),
      ...(ollama === undefined ? [] : [OLLAMA_STATE]),
      ...(mlflow === undefined ? [] : MLFLOW_STATES),
      ...(jupyter === undefined ? [] : [JUPYTER_STATE]),
    ],
  };
}

const modelOf = ({ name, sha256 }: Settings["ollama"]["models"][number]): Model =>
  sha256 === undefined ? { name } : { name, sha256 };
