import { type Dashboard, lines, promql, quantile, rate, stat, type Row } from "./model";

const elasticsearch: Row = {
  title: "Elasticsearch",
  needs: ["elasticsearch-exporter"],
  panels: [
    {
      title: "State",
      kind: "timeseries",
      description: "1 for the present colour. A single node is yellow where an index asks for replicas.",
      queries: [promql("max by (color) (elasticsearch_cluster_health_status)", "{{color}}")],
    },
    lines("Documents", "short", promql("sum(elasticsearch_indices_docs)", "documents")),
    lines("Size", "bytes", promql("sum(elasticsearch_indices_store_size_bytes)", "size")),
    lines(
      "Heap",
      "bytes",
      promql('sum(elasticsearch_jvm_memory_used_bytes{area="heap"})', "used"),
      promql('sum(elasticsearch_jvm_memory_max_bytes{area="heap"})', "limit"),
    ),
    lines(
      "Indexing and searching",
      "ops",
      promql(rate("elasticsearch_indices_indexing_index_total"), "documents indexed"),
      promql(rate("elasticsearch_indices_search_query_total"), "searches"),
    ),
    lines(
      "Time per search",
      "s",
      promql(
        `${rate("elasticsearch_indices_search_query_time_seconds")} / (${rate("elasticsearch_indices_search_query_total")} > 0)`,
        "mean",
        "no-request",
      ),
    ),
    lines(
      "Disk",
      "bytes",
      promql("sum(elasticsearch_filesystem_data_available_bytes)", "available"),
      promql("sum(elasticsearch_filesystem_data_size_bytes)", "size"),
    ),
    lines(
      "Circuit breakers that tripped",
      "ops",
      promql(rate("elasticsearch_breakers_tripped", "breaker"), "{{breaker}}"),
    ),
  ],
};

const weaviate: Row = {
  title: "Weaviate",
  needs: ["weaviate"],
  panels: [
    stat("Objects", "short", promql('sum(object_count{job="weaviate"})'), 8),
    lines(
      "Requests by status",
      "reqps",
      promql(
        rate('weaviate_http_request_duration_seconds_count{job="weaviate"}', "status_code"),
        "{{status_code}}",
        "no-request",
      ),
    ),
    lines(
      "Time of requests, 95 %",
      "s",
      promql(
        quantile(0.95, 'weaviate_http_request_duration_seconds_bucket{job="weaviate"}', "method"),
        "{{method}}",
        "no-request",
      ),
    ),
    lines(
      "Memory",
      "bytes",
      promql('process_resident_memory_bytes{job="weaviate"}', "resident"),
      promql('go_memstats_heap_inuse_bytes{job="weaviate"}', "heap"),
    ),
    lines(
      "Requests by gRPC",
      "reqps",
      promql(
        rate('weaviate_grpc_server_request_duration_seconds_count{job="weaviate"}', "status"),
        "{{status}}",
        "no-request",
      ),
    ),
    lines("Go routines", "short", promql('go_goroutines{job="weaviate"}', "routines")),
  ],
};

/** What searches. */
export const search: Dashboard = {
  uid: "semblance-search",
  title: "Search",
  description: "Elasticsearch and Weaviate: size, load, and time of answers.",
  rows: [elasticsearch, weaviate],
};
