/** Methods on paths, as the door's configuration writes them. */
export interface Allowed {
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

/** Who asks models may see which there are, and neither bring nor remove one. */
export const clientRights: readonly Allowed[] = [
  { methods: ["GET"], paths: ["/api/tags", "/api/ps", "/api/version", "/v1/models", "/v1/models/*"] },
  // What client libraries ask to find out whether anybody is there.
  { methods: ["GET", "HEAD"], paths: ["/"] },
  {
    methods: ["POST"],
    paths: [
      ...["generate", "chat", "embed", "embeddings", "show"].map((name) => `/api/${name}`),
      ...["chat/completions", "completions", "embeddings", "responses", "messages"].map(
        (name) => `/v1/${name}`,
      ),
    ],
  },
];

/** Who brings models asks none of them anything. */
export const setupRights: readonly Allowed[] = [
  { methods: ["GET"], paths: ["/api/tags", "/api/version"] },
  { methods: ["HEAD", "POST"], paths: ["/api/blobs/*"] },
  { methods: ["POST"], paths: ["/api/show", "/api/create", "/api/pull"] },
  { methods: ["DELETE"], paths: ["/api/delete"] },
];

export const scrapeRights: readonly Allowed[] = [{ methods: ["GET"], paths: ["/metrics"] }];
