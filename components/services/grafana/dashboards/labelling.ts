import { type Dashboard, lines, promql, stat } from "./model";

/** The work itself: what a project manager asks for. */
export const labelling: Dashboard = {
  uid: "semblance-labelling",
  title: "Labelling",
  description: "Projects, tasks, annotations, annotators, and the background jobs behind them.",
  rows: [
    {
      title: "Progress",
      needs: ["label-studio-exporter"],
      panels: [
        stat("Projects", "short", promql("label_studio_projects")),
        stat("Tasks", "short", promql("label_studio_tasks")),
        stat(
          "Finished",
          "percentunit",
          promql("label_studio_tasks_finished / (label_studio_tasks > 0)", undefined, "no-data"),
        ),
        stat("Annotations", "short", promql("label_studio_annotations")),
        stat("Skipped", "short", promql("label_studio_annotations_skipped")),
        stat("Predictions", "short", promql("label_studio_predictions")),
        lines(
          "Tasks",
          "short",
          promql("label_studio_tasks", "all"),
          promql("label_studio_tasks_finished", "finished"),
        ),
        lines(
          "Annotations per hour",
          "short",
          // A gauge that counts rows: it falls when somebody deletes a project, which is no work undone here.
          promql("clamp_min(delta(label_studio_annotations[1h]), 0)", "annotations"),
        ),
        lines(
          "Tasks that wait for annotations",
          "short",
          promql("label_studio_tasks - label_studio_tasks_finished", "open"),
        ),
      ],
    },
    {
      title: "People",
      needs: ["label-studio-exporter"],
      panels: [
        stat("Users", "short", promql("label_studio_users")),
        stat("Annotators, 24 hours", "short", promql("label_studio_annotators_active")),
        {
          title: "Annotations by annotator",
          kind: "bars",
          width: 8,
          description:
            "By the user's number, which the list of users in Label Studio shows; names are not kept here.",
          queries: [promql("label_studio_annotator_annotations", "user {{user}}", "no-data")],
        },
      ],
    },
    {
      title: "Agreement",
      needs: ["label-studio-exporter"],
      panels: [
        stat(
          "Agreement",
          "percentunit",
          promql(
            'sum(label_studio_agreement_tasks{outcome="agree"}) / ' +
              '(sum(label_studio_agreement_tasks{outcome=~"agree|disagree"}) > 0)',
            undefined,
            "no-data",
          ),
        ),
        {
          title: "Agreement by project",
          kind: "timeseries",
          unit: "percentunit",
          width: 12,
          description:
            "Share of the tasks that two or more people annotated on which they chose the same labels, each as often. " +
            "Where a region lies is not compared. By the project's number; of each project its newest 500 annotations.",
          queries: [
            promql(
              'sum by (project) (label_studio_agreement_tasks{outcome="agree"}) / ' +
                '(sum by (project) (label_studio_agreement_tasks{outcome=~"agree|disagree"}) > 0)',
              "project {{project}}",
              "no-data",
            ),
          ],
        },
        lines(
          "Tasks annotated by several people",
          "short",
          promql("sum by (outcome) (label_studio_agreement_tasks)", "{{outcome}}", "no-data"),
        ),
      ],
    },
    {
      title: "Background jobs",
      needs: ["label-studio-exporter"],
      panels: [
        lines("Jobs by state", "short", promql("sum by (state) (label_studio_queue_jobs)", "{{state}}")),
        lines(
          "Jobs that wait, by queue",
          "short",
          promql('sum by (queue) (label_studio_queue_jobs{state="queued"})', "{{queue}}"),
        ),
        lines("Exports", "short", promql("label_studio_exports", "{{state}}")),
        stat("Workers", "short", promql("label_studio_workers")),
        lines("Time to read figures", "s", promql("label_studio_exporter_source_seconds", "{{source}}")),
      ],
    },
  ],
};
