import { z } from "zod";
import { UserError } from "../errors";
import { type Environment, needed } from "./environment";
import type { Comment, Thread } from "./thread";

const userSchema = z.looseObject({ username: z.string() });
const notesSchema = z.array(
  z.looseObject({ id: z.number(), body: z.string(), author: z.looseObject({ username: z.string() }) }),
);

/** The conversation of the merge request that a pipeline of GitLab runs for, through the notes API. */
export function mergeRequestThread(env: Environment): Thread {
  const api = needed(env, "CI_API_V4_URL");
  const project = encodeURIComponent(needed(env, "CI_PROJECT_ID"));
  const request = encodeURIComponent(needed(env, "CI_MERGE_REQUEST_IID"));
  const token = needed(env, "GITLAB_TOKEN");
  const notes = `/projects/${project}/merge_requests/${request}/notes`;
  const ask = async (method: string, path: string, body?: string): Promise<Response> => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: { "PRIVATE-TOKEN": token, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify({ body }) }),
    });
    if (response.ok) return response;
    const said = (await response.text()).slice(0, 200);
    throw new UserError(
      `GitLab refuses ${method} ${path}: ${response.status} ${said}`,
      "GITLAB_TOKEN has to be a token with scope api and role Reporter or more (docs/ci.md)",
    );
  };
  return {
    author: async () => userSchema.parse(await (await ask("GET", "/user")).json()).username,
    async *comments(): AsyncGenerator<Comment> {
      for (let page: string | null = "1"; page !== null && page !== "";) {
        const response: Response = await ask("GET", `${notes}?sort=asc&per_page=100&page=${page}`);
        for (const { id, body, author } of notesSchema.parse(await response.json()))
          yield { id, body, author: author.username };
        page = response.headers.get("x-next-page");
      }
    },
    post: async (body) => void (await ask("POST", notes, body)),
    edit: async (id, body) => void (await ask("PUT", `${notes}/${id}`, body)),
  };
}
