import { type Dashboard, lines, promql, rate, type Row } from "./model";

const host: Row = {
  title: "Machine",
  needs: ["otel-agent", "otel-collector"],
  panels: [
    lines(
      "CPU",
      "percentunit",
      promql(
        'sum by (state) (rate(system_cpu_time_seconds_total{state!="idle"}[$__rate_interval])) ' +
          "/ ignoring (state) group_left sum(rate(system_cpu_time_seconds_total[$__rate_interval]))",
        "{{state}}",
      ),
    ),
    lines("Memory", "bytes", promql("sum by (state) (system_memory_usage_bytes)", "{{state}}")),
    lines(
      "Free disk",
      "bytes",
      promql('sum by (mountpoint) (system_filesystem_usage_bytes{state="free"})', "{{mountpoint}}"),
    ),
    lines("Disk", "Bps", promql(rate("system_disk_io_bytes_total", "direction"), "{{direction}}")),
    lines("Network", "Bps", promql(rate("system_network_io_bytes_total", "direction"), "{{direction}}")),
    lines("Load, 5 minutes", "short", promql("system_cpu_load_average_5m", "load")),
  ],
};

const containers: Row = {
  title: "Containers",
  needs: ["container-exporter"],
  panels: [
    lines("Memory", "bytes", promql("container_memory_working_set_bytes", "{{service}}")),
    lines(
      "Memory, share of the limit",
      "percentunit",
      promql("container_memory_working_set_bytes / container_memory_limit_bytes", "{{service}}"),
    ),
    lines("CPU cores", "short", promql(rate("container_cpu_usage_seconds_total", "service"), "{{service}}")),
    lines(
      "Held back by the CPU limit",
      "percentunit",
      promql(rate("container_cpu_cfs_throttled_seconds_total", "service"), "{{service}}"),
    ),
    lines(
      "Written to disk",
      "Bps",
      promql(rate("container_fs_writes_bytes_total", "service"), "{{service}}", "no-data"),
    ),
    lines("Processes and threads", "short", promql("container_pids", "{{service}}")),
    lines("Restarts", "short", promql("container_restarts_total", "{{service}}")),
    lines("Killed for want of memory", "short", promql("container_oom_events_total", "{{service}}")),
  ],
};

/** What is left of the machine, and who takes it. */
export const capacity: Dashboard = {
  uid: "semblance-capacity",
  title: "Capacity",
  description: "CPU, memory, disk and network of the machine and of each container.",
  rows: [host, containers],
};
