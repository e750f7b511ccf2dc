import assert from "node:assert/strict";
import { arrowName, edge, members, type ServiceName } from "../../components/topology";
import { actsAs, ANONYMOUS, arrowsIn, arrowsOut, namesFor, says, serverAt } from "./conformance-arrows";
import { certificatesOf, privateKeysOf } from "./conformance-certificates";
import { STACK } from "./conformance-programs";
import { credentialsOf, knows, memberStarting } from "./conformance-secrets";
import { type Rendered, toldTo, type View, workloadsOf } from "./conformance-view";
import { CANARY } from "./mocks";

/** What the list is about. */
type Topic =
  "names" | "arrows" | "credentials" | "probes" | "limits" | "secrets" | "TLS" | "users" | "outputs";

/** Something that holds for every member on every platform; throws where it does not. */
type Rule = (member: ServiceName, view: View) => void;

/** The same for each server or job by which a member acts. */
const ofEach =
  (check: (one: Rendered, view: View) => void): Rule =>
  (member, view) => {
    for (const one of workloadsOf(view, member)) check(one, view);
  };

/** The list, by what it is about: a service that forgets something fails on every platform. */
export const rules: Readonly<Record<Topic, Readonly<Record<string, Rule>>>> = {
  names: {
    "is called after its member, and marked as the stack's": (member, view) => {
      const rendered = workloadsOf(view, member);
      for (const { name, marks } of rendered) assert.deepEqual(marks, { stack: STACK, of: name });
      if (members[member].kind === "job") assert.ok(rendered.length > 0, "no job of it is rendered");
      else
        assert.deepEqual(
          rendered.map(({ name }) => name),
          [member],
        );
    },

    "has names where an arrow leads to it, and nowhere else": ofEach(({ member, names }, view) => {
      assert.equal(names.length > 0, arrowsIn(view, member).length > 0, names.join(", "));
      assert.equal(new Set(names).size, names.length);
    }),

    "dials every server by a name that leads there": (member, view) => {
      for (const arrow of arrowsOut(view, member)) {
        const server = serverAt(view, arrow);
        const dials = workloadsOf(view, member).some((client) =>
          namesFor(client, server, certificatesOf(view, server)).some((name) => says(toldTo(client), name)),
        );
        assert.ok(dials, `${arrowName(arrow)}: ${server.names.join(", ")}`);
      }
    },
  },

  arrows: {
    "gets through where an arrow leads, and nowhere else": (member, view) => {
      const reached = new Set(workloadsOf(view, member).flatMap(({ reaches }) => [...reaches]));
      const drawn = new Set(arrowsOut(view, member).map((arrow) => arrow.to));
      assert.deepEqual([...reached].sort(), [...drawn].sort());
    },

    "lets the outside in at the edge only": ofEach(({ member, published }) => {
      assert.equal(published.length, member === edge.service ? edge.ports.length : 0);
    }),
  },

  credentials: {
    "shows every server who it is": (member, view) => {
      for (const arrow of arrowsOut(view, member)) {
        const shown = credentialsOf(view).filter(
          ({ server, holders }) => server === arrow.to && holders.has(member),
        );
        const anonymous = ANONYMOUS[arrowName(arrow)] !== undefined;
        assert.equal(
          shown.length > 0,
          !anonymous,
          `${arrowName(arrow)}: ${shown.map(({ name }) => name).join(", ")}`,
        );
      }
    },

    "shares none with another client": (member, view) => {
      for (const { name, server, holders } of credentialsOf(view)) {
        if (!holders.has(member) || actsAs(member) === server) continue;
        const others = [...holders].filter((other) => ![actsAs(member), server].includes(actsAs(other)));
        assert.deepEqual(others, [], `${name} is known to them too`);
      }
    },
  },

  probes: {
    "is asked whether it is ready, if it is a server, and has five minutes at most": ofEach(
      ({ member, ready }) => {
        assert.equal(ready !== undefined, members[member].kind === "server");
        if (ready === undefined) return;
        assert.ok(ready.command.length > 0);
        assert.ok(ready.withinSeconds > 0 && ready.withinSeconds <= 300, `${ready.withinSeconds} s`);
      },
    ),
  },

  limits: {
    "has a limit of CPU and of memory that a laptop can bear": ofEach(({ limits }) => {
      assert.ok(limits.cpu > 0 && limits.cpu <= 4, `${limits.cpu} cores`);
      assert.ok(limits.memoryMiB >= 32 && limits.memoryMiB <= 2048, `${limits.memoryMiB} MiB`);
    }),
  },

  secrets: {
    "has none in its command and its environment": ofEach(({ command, env }) => {
      assert.ok(!command.join("\n").includes(CANARY), "the command");
      for (const [name, { text }] of env) assert.ok(!text.includes(CANARY), name);
    }),

    "has them in files that are marked as secret": ofEach(({ files }) => {
      for (const [path, { text, secret }] of files) assert.ok(secret || !text.includes(CANARY), path);
    }),
  },

  TLS: {
    "has a certificate for each of its names": ofEach((one, view) => {
      const certified = certificatesOf(view, one).flatMap(({ names }) => names);
      for (const name of one.names)
        assert.ok(certified.includes(name), `${name} among ${certified.join(", ")}`);
    }),

    "verifies every server by the authority that has signed for it": ofEach((client, view) => {
      const trusted = [...client.files.values()].map(({ text }) => text).join("\n");
      for (const arrow of arrowsOut(view, client.member)) {
        const server = serverAt(view, arrow);
        const certificates = certificatesOf(view, server);
        const verified = certificates.filter(({ authority }) => trusted.includes(authority.trim()));
        const names = namesFor(client, server, certificates);
        assert.ok(
          verified.some((certificate) => names.some((name) => certificate.names.includes(name))),
          arrowName(arrow),
        );
      }
    }),

    "keeps its private keys to itself": ofEach((one, view) => {
      const others = view.workloads.filter((other) => other !== one).flatMap(privateKeysOf);
      for (const key of privateKeysOf(one)) assert.ok(!others.includes(key));
    }),
  },

  users: {
    "is not root, unless it looks at the machine, and then without any capability": ofEach(
      ({ user, powers }) => {
        if (powers.machine.length > 0) assert.deepEqual(powers.adds, []);
        else assert.ok(user.uid > 0 && user.gid > 0, JSON.stringify(user));
      },
    ),

    "can gain no right and write nothing but its folders": ofEach(({ powers }) => {
      const { writesRoot, escalates, drops, adds } = powers;
      assert.deepEqual(
        { writesRoot, escalates, drops },
        { writesRoot: false, escalates: false, drops: ["ALL"] },
      );
      for (const one of adds) assert.equal(one, "NET_BIND_SERVICE");
    }),
  },

  outputs: {
    "says where its page is, at a name that the gateway's certificate carries": (member, view) => {
      const page = arrowsOut(view, edge.service).some(
        (arrow) => arrow.to === member && arrow.port !== "otlp",
      );
      const url = view.outputs.urls[member === edge.service ? "home" : member];
      assert.equal(url !== undefined, page || member === edge.service, url);
      if (url === undefined) return;
      const { protocol, hostname } = new URL(url);
      const [gateway] = workloadsOf(view, edge.service);
      const carried = certificatesOf(view, gateway ?? assert.fail("no gateway")).flatMap(
        ({ names }) => names,
      );
      assert.equal(protocol, "https:");
      assert.ok(
        carried.some((name) => [hostname, hostname.replace(/^[^.]+/, "*")].includes(name)),
        hostname,
      );
    },

    "has passwords for people that are secret and open it": (member, view) => {
      const { logins, passwords, passwordsAreSecret } = view.outputs;
      assert.ok(passwordsAreSecret);
      // Logins of roles are the gateway's.
      const own = logins.filter(({ service }) => (memberStarting(service) ?? edge.service) === member);
      for (const { service, passwordOutput } of own) {
        const password = passwords[passwordOutput] ?? assert.fail(`no password ${passwordOutput}`);
        const side = view.workloads.filter((one) => actsAs(one.member) === member);
        assert.ok(
          side.some((one) => knows(one, password)),
          `${service}: nobody there knows it`,
        );
      }
    },
  },
};
