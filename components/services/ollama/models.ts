/** A model that the server shall have. */
export type Model = PulledModel | FileModel | typeof SELF_TEST_MODEL;

/** A model of Ollama's library. Pulling needs a way to the internet, which the platform's networks have not: see `ollama-models pull`. */
export interface PulledModel {
  /** Name under which clients ask for it, such as `llama3.2:1b`. */
  readonly name: string;
}

/** A GGUF file of the operator's, which lies among the server's blobs: `ollama-models put` brings it there. */
export interface FileModel {
  /** Name under which clients ask for it. */
  readonly name: string;
  /** The file's digest, as 64 hexadecimal digits: what runs is what was meant. */
  readonly sha256: string;
  /** Settings that become the model's own, in Ollama's words: `num_ctx`, `temperature`, `stop`. */
  readonly parameters?: Readonly<Record<string, number | string | boolean | readonly string[]>>;
}

/**
 * A model of half a megabyte that says one sentence, whatever it is asked. It shows that generating, chatting and embedding
 * work where no real model is to be had, and is good for nothing else. It is made with the image.
 */
export const SELF_TEST_MODEL = {
  name: "semblance-tiny",
  file: "/usr/local/share/semblance/semblance-tiny.gguf",
  // More threads only wait for each other in a model of this size.
  parameters: { num_ctx: 2048, num_thread: 1, temperature: 0 },
} as const;

/** A name that Ollama, Docker and Kubernetes can all do with is made of a model's. */
export const jobName = (model: Model): string =>
  `ollama-setup-${model.name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
