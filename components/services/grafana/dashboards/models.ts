import { type Dashboard, lines, promql, quantile, rate } from "./model";

/** Language models. */
export const models: Dashboard = {
  uid: "semblance-models",
  title: "Models",
  description: "Ollama: how quickly models answer, how many tokens they make, for whom, and what fails.",
  rows: [
    {
      title: "Answers",
      needs: ["ollama"],
      panels: [
        lines(
          "Requests to models",
          "reqps",
          promql(rate("ollama_requests_total", "model, outcome"), "{{model}} {{outcome}}", "no-request"),
        ),
        lines(
          "Time of answers, 95 %",
          "s",
          promql(
            quantile(0.95, "ollama_request_duration_seconds_bucket", "model"),
            "{{model}}",
            "no-request",
          ),
        ),
        lines(
          "Time to the first token, 95 %",
          "s",
          promql(
            quantile(0.95, "ollama_time_to_first_token_seconds_bucket", "model"),
            "{{model}}",
            "no-request",
          ),
        ),
        lines(
          "Tokens generated per second of work",
          "ops",
          promql(
            `${rate("ollama_generated_tokens_total", "model")} / (${rate("ollama_eval_seconds_total", "model")} > 0)`,
            "{{model}}",
            "no-request",
          ),
        ),
        lines(
          "Tokens",
          "ops",
          promql(rate("ollama_prompt_tokens_total"), "read", "no-request"),
          promql(rate("ollama_generated_tokens_total"), "generated", "no-request"),
        ),
        lines(
          "Time spent on loading models",
          "percentunit",
          promql(rate("ollama_load_seconds_total", "model"), "{{model}}", "no-request"),
        ),
      ],
    },
    {
      title: "Door",
      needs: ["ollama"],
      panels: [
        lines(
          "Requests by client",
          "reqps",
          promql(rate('door_requests_total{job="ollama"}', "client"), "{{client}}"),
        ),
        lines(
          "Requests refused or failed",
          "reqps",
          promql(rate('door_requests_total{job="ollama",code=~"4..|5.."}', "code"), "{{code}}", "no-error"),
        ),
        lines("Requests in flight", "short", promql('door_requests_in_flight{job="ollama"}', "{{front}}")),
      ],
    },
  ],
};
