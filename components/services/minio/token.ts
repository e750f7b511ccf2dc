import { createHmac } from "node:crypto";
import type { Login, Sensitive } from "../../core/values";

/** 2100-01-01: the token is as long-lived as the password that signs it, and changes with it. */
const EXPIRES = 4_102_444_800;

/**
 * The bearer token that MinIO's metrics ask for: a JWT signed with the user's own password (`mc admin prometheus generate`
 * makes the same, but only on a machine that has the password and a clock).
 */
export function metricsToken(login: Login): Sensitive {
  return login.password.map((password) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const body = `${part({ alg: "HS512", typ: "JWT" })}.${part({ exp: EXPIRES, sub: login.username, iss: "prometheus" })}`;
    return `${body}.${createHmac("sha512", password).update(body).digest("base64url")}`;
  });
}
