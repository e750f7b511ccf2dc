import assert from "node:assert/strict";
import { z } from "zod";
import type { Login } from "./facts";
import { type Answer, fetchFrom } from "./https";
import { until } from "./until";

const idSchema = z.looseObject({ id: z.number() });
const tasksSchema = z.array(
  z.looseObject({
    annotations: z.array(
      z.looseObject({
        result: z.array(z.looseObject({ value: z.looseObject({ choices: z.array(z.string()) }) })),
      }),
    ),
  }),
);

const listSchema = z.looseObject({
  tasks: z.array(z.looseObject({ id: z.number(), data: z.looseObject({ image: z.string() }) })),
});
type Task = z.infer<typeof listSchema>["tasks"][number];
const syncSchema = z.looseObject({ status: z.string(), traceback: z.string().nullish() });

/** A bucket of the stack's own storage, in the words of Label Studio's API: without an endpoint that one is meant. */
export interface Bucket {
  readonly title: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly login: Login;
}

export const IMAGE_CONFIG =
  '<View><Image name="image" value="$image"/><Choices name="choice" toName="image"><Choice value="cat"/></Choices></View>';
const TEXT_CONFIG =
  '<View><Text name="text" value="$text"/><Choices name="choice" toName="text"><Choice value="cat"/><Choice value="dog"/></Choices></View>';

/** Label Studio's API, used with a session as a browser has one. */
export class LabelStudioApi {
  private readonly cookies = new Map<string, string>();

  private constructor(
    private readonly base: URL,
    private readonly ca: string,
  ) {}

  static async logIn(base: URL, ca: string, login: Login): Promise<LabelStudioApi> {
    const api = new LabelStudioApi(base, ca);
    await api.ask("GET", "/user/login/");
    const form = new URLSearchParams({
      email: login.username,
      password: login.password,
      persist_session: "on",
    });
    form.set("csrfmiddlewaretoken", api.cookies.get("csrftoken") ?? "");
    const answer = await api.ask(
      "POST",
      "/user/login/",
      form.toString(),
      "application/x-www-form-urlencoded",
    );
    assert.equal(answer.status, 302, "the login was refused");
    return api;
  }

  async createProject(title: string, label_config = TEXT_CONFIG): Promise<number> {
    return idSchema.parse(await this.json("POST", "/api/projects/", { title, label_config })).id;
  }

  /** Connects a bucket as a source of tasks whose media browsers fetch by presigned links, and reads it in. */
  async connectBucket(project: number, source: Bucket): Promise<void> {
    const { login, ...rest } = source;
    const keys = { aws_access_key_id: login.username, aws_secret_access_key: login.password };
    const storage = { project, ...rest, ...keys, use_blob_urls: true, presign: true, presign_ttl: 5 };
    const { id } = idSchema.parse(await this.json("POST", "/api/storages/s3", storage));
    await this.json("POST", `/api/storages/s3/${id}/sync`);
    await until({ what: "the bucket to be read in", limitSeconds: 60 }, async () => {
      const { status, traceback } = syncSchema.parse(await this.json("GET", `/api/storages/s3/${id}`));
      assert.notEqual(status, "failed", traceback ?? "the bucket cannot be read");
      return status === "completed";
    });
  }

  async createTask(project: number): Promise<number> {
    return idSchema.parse(await this.json("POST", "/api/tasks/", { project, data: { text: "something" } }))
      .id;
  }

  /** Uploads a file as a browser does, and returns the task that it became. */
  async upload(project: number, name: string, content: Buffer): Promise<number> {
    const border = `border-${project}-of-a-test`;
    const head = `--${border}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/png\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${border}--\r\n`)]);
    const answer = await this.ask(
      "POST",
      `/api/projects/${project}/import`,
      body,
      `multipart/form-data; boundary=${border}`,
    );
    assert.equal(
      answer.status,
      201,
      `the upload was answered with ${answer.body.toString("utf8").slice(0, 300)}`,
    );
    return (await this.firstTask(project)).id;
  }

  /** Labels a task of a project that `createProject` has made, on its image or its text. */
  async annotate(task: number, choice: string, on: "image" | "text" = "text"): Promise<void> {
    const result = [{ from_name: "choice", to_name: on, type: "choices", value: { choices: [choice] } }];
    await this.json("POST", `/api/tasks/${task}/annotations/`, { result });
  }

  /** The choices of all annotations of a project, as its export has them. */
  async choicesOf(project: number): Promise<string[]> {
    const tasks = tasksSchema.parse(
      await this.json("GET", `/api/projects/${project}/export?exportType=JSON`),
    );
    return tasks.flatMap(({ annotations }) =>
      annotations.flatMap(({ result }) => result.flatMap(({ value }) => value.choices)),
    );
  }

  /** The link to which the media of a project's first task leads. */
  async mediaLink(project: number): Promise<URL> {
    const task = await this.firstTask(project);
    // Label Studio puts its own address in place of the object's.
    const answer = await this.ask("GET", task.data.image);
    assert.equal(answer.status, 303, "the media is not given by a link");
    return new URL(answer.headers.location ?? "");
  }

  private async firstTask(project: number): Promise<Task> {
    const [task] = listSchema.parse(await this.json("GET", `/api/tasks?project=${project}`)).tasks;
    assert.ok(task !== undefined, `project ${project} has no task`);
    return task;
  }

  private async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.ask(
      method,
      path,
      body === undefined ? undefined : JSON.stringify(body),
      "application/json",
    );
    const text = answer.body.toString("utf8");
    assert.ok(
      answer.status < 300,
      `${method} ${path} was answered with ${answer.status}: ${text.slice(0, 300)}`,
    );
    return JSON.parse(text);
  }

  private async ask(method: string, path: string, body?: string | Buffer, type?: string): Promise<Answer> {
    const token = this.cookies.get("csrftoken");
    const answer = await fetchFrom(new URL(path, this.base), {
      ca: this.ca,
      method,
      headers: {
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        Origin: this.base.origin,
        Referer: this.base.href,
        ...(token === undefined ? {} : { "X-CSRFToken": token }),
        ...(type === undefined ? {} : { "Content-Type": type }),
        ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
      },
      ...(body === undefined ? {} : { body }),
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) this.cookies.set(name, value);
    }
    return answer;
  }
}
