/** A collection as Weaviate's API takes it. */
export interface Collection {
  readonly class: string;
  readonly description: string;
  /** Vectors are made by who writes them: this server calls no model. */
  readonly vectorizer: "none";
  readonly vectorIndexType: "hnsw";
  readonly vectorIndexConfig: { readonly distance: "cosine" };
  readonly properties: readonly Property[];
}

/** A property of a collection's objects. */
export interface Property {
  readonly name: string;
  readonly description: string;
  readonly dataType: readonly ["text" | "int" | "date"];
  /** How a text is cut for filters and keyword search: `field` keeps it whole. */
  readonly tokenization?: "field" | "word";
  readonly indexFilterable: boolean;
  readonly indexSearchable?: boolean;
}

/** A text that is compared as a whole. */
const label = (name: string, description: string): Property => ({
  name,
  description,
  dataType: ["text"],
  tokenization: "field",
  indexFilterable: true,
  indexSearchable: false,
});

/** Where the embeddings of the datasets lie, whatever model made them. */
export const datasetEmbedding: Collection = {
  class: "DatasetEmbedding",
  description: "One vector per item of a dataset, with the way back to the item.",
  vectorizer: "none",
  vectorIndexType: "hnsw",
  vectorIndexConfig: { distance: "cosine" },
  properties: [
    label("project", "Label Studio project that the item belongs to."),
    {
      name: "task_id",
      description: "Label Studio task of the item.",
      dataType: ["int"],
      indexFilterable: true,
    },
    label("object_url", "Where the item lies, such as s3://bucket/key."),
    label("modality", "text, image, audio or video."),
    {
      name: "text",
      description: "The item itself where it is a text, otherwise its caption.",
      dataType: ["text"],
      tokenization: "word",
      indexFilterable: false,
      indexSearchable: true,
    },
    label("model", "Model that made the vector; vectors of two models do not compare."),
    {
      name: "created_at",
      description: "When the vector was made.",
      dataType: ["date"],
      indexFilterable: true,
    },
  ],
};
