import assert from "node:assert/strict";
import { formatAddress, overlap, parseRange, type Range, sizeOf } from "../../components/config/range";
import { subnetOf } from "../../components/platforms/docker/subnets";
import { arrows } from "../../components/topology";
import { seeded } from "../support/random";

function range(text: string): Range {
  const parsed = parseRange(text);
  assert.ok(parsed, `not a range: ${text}`);
  return parsed;
}

const DEFAULT = range("10.89.0.0/20");

describe("range", () => {
  it("reads what it writes", () => {
    const random = seeded(1);
    for (let i = 0; i < 500; i++) {
      const prefix = random(33);
      const first = Math.floor(random(2 ** 32) / sizeOf(prefix)) * sizeOf(prefix);
      assert.deepEqual(parseRange(`${formatAddress(first)}/${prefix}`), { first, prefix });
    }
  });

  it("refuses what is no range", () => {
    const wrong = [
      "",
      "10.0.0.0",
      "10.0.0/8",
      "10.0.0.0/33",
      "10.0.0.256/32",
      "10.0.0.1/31",
      "a.b.c.d/8",
      "fd00::/8",
      " 10.0.0.0/8",
    ];
    for (const text of wrong) assert.equal(parseRange(text), undefined, text);
  });

  it("tells whether two ranges share an address, as looking at every address does", () => {
    const random = seeded(2);
    const pick = (): Range => {
      const prefix = 26 + random(7);
      return { first: Math.floor(random(256) / sizeOf(prefix)) * sizeOf(prefix), prefix };
    };
    const addresses = (of: Range) => Array.from({ length: sizeOf(of.prefix) }, (_, i) => of.first + i);
    for (let i = 0; i < 500; i++) {
      const [a, b] = [pick(), pick()];
      const shared = addresses(a).some((address) => addresses(b).includes(address));
      assert.equal(overlap(a, b), shared, JSON.stringify([a, b]));
      assert.equal(overlap(b, a), shared);
    }
  });
});

describe("subnets", () => {
  it("never overlap and lie in the range, for every number that fits", () => {
    for (const whole of [DEFAULT, range("10.0.0.0/22"), range("192.168.64.0/24")]) {
      const slots = sizeOf(whole.prefix) / 8;
      const firsts = Array.from({ length: slots }, (_, net) => range(subnetOf(whole, net).cidr));
      assert.equal(new Set(firsts.map(({ first }) => first)).size, slots);
      for (const { first, prefix } of firsts) {
        assert.equal(prefix, 29);
        assert.ok(first >= whole.first && first + 8 <= whole.first + sizeOf(whole.prefix));
      }
      assert.throws(
        () => subnetOf(whole, slots),
        new RangeError(`network ${slots} does not fit into a range of ${slots} subnets`),
      );
    }
  });

  it("keep the server's address out of what clients are given", () => {
    for (let net = 0; net < 50; net++) {
      const { cidr, gateway, server, clients } = subnetOf(DEFAULT, net);
      const inClients = (address: string) => overlap(range(`${address}/32`), range(clients));
      assert.ok(overlap(range(clients), range(cidr)));
      assert.ok(!inClients(server) && !inClients(gateway) && server !== gateway);
    }
  });

  it("have room for every arrow in the smallest range that the configuration allows", () => {
    const nets = arrows.map(({ net }) => net);
    assert.ok(Math.min(...nets) > 0, "0 is the edge");
    for (const net of nets) subnetOf(range("10.0.0.0/22"), net);
  });
});
