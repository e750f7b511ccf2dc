import assert from "node:assert/strict";
import { members, type ServiceName } from "../../components/topology";
import { serversOf } from "../support/engine";
import { authority } from "../support/facts";
import { arrowsPresent } from "../support/present";
import { portNumbers } from "../support/ports";
import { type Door, lookAt } from "../support/tls-probe";

/** An authority that has signed nothing. */
const OTHER_CA = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR+gAwIBAgIUZhanrWpR6+IPF3i3rsA4GoNCP/0wCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGTm9ib2R5MCAXDTI2MTEyMzAzMTk0MloYDzIxMjYxMDMwMDMx
OTQyWjARMQ8wDQYDVQQDDAZOb2JvZHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATJq9CqQ2VLeO6zNHlJ1kUJk4pT1wMC1BQyq6yGiPrUaxMuj+3XPrNIhhyKOtVf
Fh7CnjYOSyMweLFfg2v7S+cro1MwUTAdBgNVHQ4EFgQUbG3pBDdFjduLjieVwuC+
CONHwvkwHwYDVR0jBBgwFoAUbG3pBDdFjduLjieVwuC+CONHwvkwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiAIlRVsUMgXTwYhIEZX0gnsXkY62vhp
DrB6QR0wh130SQIgD3B3wMFJULFQ5XWJMPLTx/9pqVnESn8FvZuB+MPwg4A=
-----END CERTIFICATE-----
`;

describe("encryption: behind every arrow is TLS with a certificate that is good for the name that is dialled", function () {
  this.timeout(120_000);

  it("each client, at each of its servers; and none of them answers in plain text", async () => {
    const [ca, portNumber] = await Promise.all([authority(), portNumbers()]);
    const isServer = (name: ServiceName): boolean => members[name].kind === "server";
    const clients = [...(await serversOf()).keys()];
    const seen = await Promise.all(
      clients.map(async (client) => {
        const own = arrowsPresent().filter(({ from, to }) => from === client && isServer(to));
        const doors = own.map(({ to, port }): Door => {
          const door = { host: to, port: portNumber(to, port) };
          if (port === "smtp") return { ...door, first: "smtp" };
          return to === "postgres" ? { ...door, first: "postgres" } : door;
        });
        return (await lookAt(client, doors, ca)).map((door) => ({ client, ...door }));
      }),
    );
    const all = seen.flat();
    assert.equal(all.length, arrowsPresent().filter(({ from, to }) => isServer(from) && isServer(to)).length);
    const weak = all.filter(({ version }) => version !== "TLSv1.3" && version !== "TLSv1.2");
    assert.deepEqual(weak, [], "servers without TLS, or with a certificate that does not fit");
    const plain = all.filter((door) => /^HTTP\/1\.\d [23]/.test(door.plain));
    assert.deepEqual(plain, [], "servers that answer in plain text");
  });

  it("a certificate of another authority is told apart", async () => {
    const other = await lookAt(
      "prometheus",
      [{ host: "minio", port: (await portNumbers())("minio", "s3") }],
      OTHER_CA,
    );
    assert.match(other[0]?.error ?? "", /CERTIFICATE_VERIFY_FAILED/);
  });
});
