import { type Dashboard, lines, promql, quantile, rate, stat, type Row } from "./model";

const mlflow: Row = {
  title: "MLflow",
  needs: ["mlflow"],
  panels: [
    stat("Experiments", "short", promql('max(mlflow_experiments{lifecycle_stage="active"})'), 6),
    stat("Runs", "short", promql("sum(max by (status) (mlflow_runs))"), 6),
    stat("Registered models", "short", promql("max(mlflow_registered_models)"), 6),
    stat("Model versions", "short", promql("max(mlflow_model_versions)"), 6),
    lines("Runs by status", "short", promql("max by (status) (mlflow_runs)", "{{status}}")),
    lines("Requests by status", "reqps", promql(rate("mlflow_http_requests_total", "status"), "{{status}}")),
    lines(
      "Time of requests, 95 %",
      "s",
      promql(quantile(0.95, "mlflow_http_request_duration_seconds_bucket", "area"), "{{area}}", "no-request"),
    ),
    lines("Requests in progress", "short", promql("sum(mlflow_http_requests_in_progress)", "requests")),
    lines("Memory", "bytes", promql('process_resident_memory_bytes{job="mlflow"}', "resident")),
  ],
};

const jupyter: Row = {
  title: "JupyterLab",
  needs: ["jupyter"],
  panels: [
    lines(
      "Requests by status",
      "reqps",
      promql(rate('http_request_duration_seconds_count{job="jupyter"}', "status_code"), "{{status_code}}"),
    ),
    lines(
      "Kernels",
      "short",
      promql("sum by (type) (kernel_currently_running_total)", "{{type}}", "no-request"),
    ),
    lines("Terminals", "short", promql("terminal_currently_running_total", "terminals", "no-request")),
    lines("Memory", "bytes", promql('process_resident_memory_bytes{job="jupyter"}', "resident")),
  ],
};

/** Where scientists work. */
export const tracking: Dashboard = {
  uid: "semblance-tracking",
  title: "Experiments and notebooks",
  description: "MLflow's experiments, runs and models, and the notebooks.",
  rows: [mlflow, jupyter],
};
