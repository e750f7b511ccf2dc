import assert from "node:assert/strict";
import { parseSettings } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { check, describeFinding, type Facts } from "../../toolchain/preflight";
import { listenersIn, memoryIn, routesIn } from "../../toolchain/preflight/proc";

const GIB = 1024 ** 3;
const settings = (found: object = {}) => parseSettings(found, memberNames);
const quiet: Facts = {
  ports: [
    { key: "edge.httpsPort", bind: "127.0.0.1", port: 8443, state: "free" },
    { key: "edge.httpPort", bind: "127.0.0.1", port: 8080, state: "free" },
  ],
  routes: [{ range: "172.17.0.0/16", what: "route of docker0" }],
  disk: { path: "/var/lib/docker", freeBytes: 50 * GIB },
  memory: { totalBytes: 16 * GIB, availableBytes: 12 * GIB },
  stateFolder: { path: "/p/.semblance/state", writable: true },
  engine: { apiVersion: "1.41", version: "20.10.24", runtimes: ["runc"] },
  missingImages: [],
};
const found = (facts: Partial<Facts>, of: object = {}): string[] =>
  check(settings(of), { ...quiet, ...facts }, "dev").map((one) => `${one.severity}: ${describeFinding(one)}`);
const port = (state: Facts["ports"][number]["state"], holder?: string): Facts["ports"] => [
  {
    key: "edge.httpsPort",
    bind: "127.0.0.1",
    port: 8443,
    state,
    ...(holder === undefined ? {} : { holder }),
  },
];

describe("preflight", () => {
  it("finds nothing on a machine that has what is needed, nor on one that cannot be looked at", () => {
    assert.deepEqual(found({}), []);
    const { disk, memory, engine, ...blind } = quiet;
    assert.ok(disk && memory && engine);
    assert.deepEqual(check(settings(), blind, "dev"), []);
  });

  const trouble: readonly (readonly [string, Partial<Facts>, RegExp])[] = [
    [
      "a port that someone else has",
      { ports: port("taken", "process 7 (nginx)") },
      /problem: port 8443 .*taken on 127\.0\.0\.1 by process 7 \(nginx\); allowed: a free port[\s\S]*'settings\.edge\.httpsPort' 9443/,
    ],
    ["a port that this user may not have", { ports: port("forbidden") }, /problem: .*1024/],
    [
      "an address that is not this machine's",
      { ports: port("no such address") },
      /settings\.edge\.bind.*127\.0\.0\.1/s,
    ],
    [
      "a route into the networks' range",
      { routes: [{ range: "10.0.0.0/8", what: "route of tun0" }] },
      /problem: subnets 10\.89\.0\.0\/20 .*overlaps 10\.0\.0\.0\/8 \(route of tun0\)[\s\S]*'settings\.subnets' 172\.20\.0\.0\/20/,
    ],
    [
      "too little disk",
      { disk: { path: "/d", freeBytes: GIB } },
      /problem: disk space in \/d: found 1\.0 GB free; allowed: 2\.0 GB/,
    ],
    [
      "too little disk for the images that are missing",
      { disk: { path: "/d", freeBytes: 3 * GIB }, missingImages: ["minio"] },
      /allowed: 6\.0 GB or more \(1 images/,
    ],
    [
      "little memory, which may do",
      { memory: { totalBytes: 8 * GIB, availableBytes: GIB } },
      /^warning: memory for profile core/,
    ],
    [
      "memory that cannot do",
      { memory: { totalBytes: GIB, availableBytes: GIB } },
      /^problem: memory for profile core/,
    ],
    [
      "a folder that cannot be written",
      { stateFolder: { path: "/s", writable: false } },
      /problem: \/s: found cannot be written/,
    ],
    [
      "an engine that is too old",
      { engine: { apiVersion: "1.40", version: "19.03", runtimes: ["runc"] } },
      /problem: Docker Engine: found version 19\.03 .*1\.41/,
    ],
  ];
  for (const [what, facts, message] of trouble) {
    it(`finds ${what}`, () => {
      const findings = found(facts);
      assert.equal(findings.length, 1, findings.join("\n"));
      assert.match(findings[0] ?? "", message);
    });
  }

  it("finds a memory limit that is larger than the machine", () => {
    const [only, ...more] = found({}, { memoryMiB: { postgres: 20_000 } });
    assert.match(
      only ?? "",
      /problem: settings\.memoryMiB\.postgres: found 19\.5 GB; allowed: at most the machine's 16\.0 GB/,
    );
    assert.deepEqual(more, []);
  });

  it("finds a GPU that the engine cannot give, and only where the service runs", () => {
    const of = { profile: "full", jupyter: { gpu: "nvidia" } };
    const [only, ...more] = found({}, of);
    assert.match(
      only ?? "",
      /problem: GPU of jupyter[\s\S]*runtimes runc[\s\S]*settings\.jupyter\.gpu' none/,
    );
    assert.deepEqual(more, []);
    assert.deepEqual(found({}, { ...of, profile: "core" }), []);
    const engine = { apiVersion: "1.41", version: "20.10", runtimes: ["runc", "nvidia"] };
    assert.deepEqual(found({ engine }, of), []);
  });

  it("finds log files that are elsewhere", () => {
    const engine = { apiVersion: "1.41", version: "20.10", runtimes: [], folder: "/data/docker" };
    assert.match(
      found({ engine }, { profile: "full" })[0] ?? "",
      /settings\.docker\.engineFolder' \/data\/docker/,
    );
    assert.deepEqual(found({ engine }), []);
  });

  it("lists all problems at once", () => {
    assert.equal(found({ ports: port("taken"), stateFolder: { path: "/s", writable: false } }).length, 2);
  });

  it("does not hold a running platform against itself", () => {
    assert.deepEqual(
      found({ ports: port("ours"), memory: { totalBytes: 8 * GIB, availableBytes: GIB } }),
      [],
    );
  });

  it("names an owner of many networks once", () => {
    const routes = [0, 8, 16].map((last) => ({ range: `10.89.0.${last}/29`, what: "networks of stack lab" }));
    assert.equal(found({ routes })[0]?.match(/stack lab/g)?.length, 1);
  });
});

describe("the kernel's tables", () => {
  it("gives routes as ranges, without the default route", () => {
    const table = [
      "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT",
      "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0",
      "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
      "br-1\t0800590A\t00000000\t0001\t0\t0\t0\tF8FFFFFF\t0\t0\t0",
    ].join("\n");
    assert.deepEqual(routesIn(table), [
      { range: "172.17.0.0/16", device: "docker0" },
      { range: "10.89.0.8/29", device: "br-1" },
    ]);
  });

  it("gives the sockets that listen on a port", () => {
    const table = [
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
      "   0: 0100007F:20FB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1",
      "   1: 0100007F:20FB 0100007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 4243 1",
    ].join("\n");
    assert.deepEqual(listenersIn(table, 8443), ["4242"]);
    assert.deepEqual(listenersIn(table, 8080), []);
  });

  it("gives memory in bytes", () => {
    assert.deepEqual(memoryIn("MemTotal:  2048 kB\nMemFree: 1 kB\nMemAvailable:  1024 kB\n"), {
      totalBytes: 2048 * 1024,
      availableBytes: 1024 * 1024,
    });
    assert.equal(memoryIn(""), undefined);
  });
});
