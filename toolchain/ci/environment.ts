import { UserError } from "../errors";

/** What a job runs with: the variables that the CI service sets, and those that the workflow adds. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a variable comes from, for who finds it missing. */
const sources: Readonly<Record<string, string>> = {
  GITHUB_TOKEN: "in the step: env: { GITHUB_TOKEN: ${{ github.token }} }",
  GITLAB_TOKEN: "a project access token with scope api, as a masked variable of the project (docs/ci.md)",
  CI_MERGE_REQUEST_IID:
    "run the job in a merge request pipeline: rules: [if: $CI_PIPELINE_SOURCE == 'merge_request_event']",
};

/** A variable that a job cannot do without. @throws UserError that names it and says where it comes from */
export function needed(env: Environment, name: string): string {
  const value = env[name];
  if (value !== undefined && value !== "") return value;
  const service = name.startsWith("GITHUB_") ? "GitHub Actions" : "GitLab CI";
  throw new UserError(
    `the variable ${name} is not set`,
    sources[name] ?? `${service} sets it; to try the job elsewhere: export ${name}=… (docs/ci.md)`,
  );
}
