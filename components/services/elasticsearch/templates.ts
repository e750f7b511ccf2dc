/** A value by which one looks up, filters and counts. */
const keyword = { type: "keyword", ignore_above: 1024 };
const text = { type: "text" };
const date = { type: "date" };

/** Names of fields and what they hold: the same words on both engines. */
type Fields = Readonly<Record<string, object>>;

/** A dataset as a whole: one document per version. */
const datasets: Fields = {
  name: { ...keyword, fields: { text } },
  version: keyword,
  description: text,
  tags: keyword,
  license: keyword,
  media_type: keyword,
  uri: keyword,
  sha256: keyword,
  items: { type: "long" },
  size_bytes: { type: "long" },
  created_by: keyword,
  created_at: date,
  updated_at: date,
};

/** One annotation of one item. */
const annotations: Fields = {
  dataset: keyword,
  item: keyword,
  uri: keyword,
  project_id: { type: "long" },
  task_id: { type: "long" },
  annotation_id: { type: "long" },
  annotator: keyword,
  labels: keyword,
  text,
  score: { type: "float" },
  ground_truth: { type: "boolean" },
  cancelled: { type: "boolean" },
  lead_time_seconds: { type: "float" },
  // As Label Studio writes it: kept whole and not searched, since every kind of task has its own shape.
  result: { type: "object", enabled: false },
  created_at: date,
  updated_at: date,
};

/** An index template: what an index gets whose name matches, unless it says otherwise. */
export interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly priority: number;
  readonly template: { readonly settings: object; readonly mappings: object };
  readonly _meta: object;
}

function template(pattern: string, description: string, properties: Fields): IndexTemplate {
  return {
    index_patterns: [pattern],
    priority: 200,
    template: {
      // One node: a copy would have nowhere to be.
      settings: { index: { number_of_shards: 1, number_of_replicas: 0 } },
      mappings: {
        // Further texts are values, not prose, and numbers what they look like.
        dynamic_templates: [{ texts: { match_mapping_type: "string", mapping: keyword } }],
        properties,
      },
    },
    _meta: { description, managed_by: "semblance-curation" },
  };
}

/** The index templates of the platform, by name. */
export const indexTemplates: Readonly<Record<string, IndexTemplate>> = {
  datasets: template("datasets-*", "Datasets: one document per version", datasets),
  annotations: template("annotations-*", "Annotations: one document each", annotations),
};
