import assert from "node:assert/strict";
import { formatAddress, overlap, parseRange, type Range, sizeOf } from "../../components/config/range";
import { allocate } from "../../components/platforms/docker/subnets";
import { arrowName, arrows } from "../../components/topology";
import { randomNames, seeded } from "../support/random";

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
  it("never overlap and lie in the range, for any names that fit", () => {
    const random = seeded(3);
    for (let i = 0; i < 60; i++) {
      const prefix = 20 + random(5);
      const whole = { first: range("10.0.0.0/8").first + random(16) * sizeOf(prefix), prefix };
      const names = randomNames(random, 1 + random(sizeOf(prefix) / 8));
      const cidrs = [...allocate(whole, names).values()].map((subnet) => range(subnet.cidr));
      assert.equal(cidrs.length, names.length);
      assert.equal(new Set(cidrs.map(({ first }) => first)).size, names.length);
      for (const { first, prefix: length } of cidrs) {
        assert.equal(length, 29);
        assert.ok(first >= whole.first && first + 8 <= whole.first + sizeOf(whole.prefix));
      }
    }
  });

  it("fill the range to the last one, and say so when it is full", () => {
    const names = randomNames(seeded(4), 9);
    assert.equal(allocate(range("10.0.0.0/26"), names.slice(0, 8)).size, 8);
    assert.throws(
      () => allocate(range("10.0.0.0/26"), names),
      new RangeError("9 networks do not fit into 8 subnets"),
    );
  });

  it("keep gateway, server and clients apart", () => {
    for (const { cidr, gateway, server, clients } of allocate(DEFAULT, randomNames(seeded(5), 50)).values()) {
      const address = (text: string) => range(`${text}/32`);
      const [network, pool] = [range(cidr), range(clients)];
      for (const one of [address(gateway), address(server)]) {
        assert.ok(overlap(network, one));
        assert.ok(!overlap(pool, one), `${clients} holds a fixed address of ${cidr}`);
        assert.notEqual(one.first, network.first, "the network's own address");
      }
      assert.notEqual(gateway, server);
      assert.ok(overlap(network, pool));
      assert.ok(pool.first + sizeOf(pool.prefix) <= network.first + sizeOf(network.prefix));
    }
  });

  it("do not depend on the order of the names", () => {
    const names = randomNames(seeded(6), 100);
    assert.deepEqual(
      new Map([...allocate(DEFAULT, names)].sort()),
      new Map([...allocate(DEFAULT, [...names].reverse())].sort()),
    );
  });

  it("stay where they are when an arrow is added, but for one that it collides with", () => {
    const random = seeded(7);
    const names = arrows.map(arrowName);
    const before = allocate(DEFAULT, names);
    const rounds = 200;
    let moved = 0;
    for (const added of randomNames(random, rounds)) {
      const after = allocate(DEFAULT, [...names, added]);
      const gone = names.filter((name) => after.get(name)?.cidr !== before.get(name)?.cidr);
      if (gone.length > 0) {
        const taken = after.get(added)?.cidr;
        assert.ok(
          gone.some((name) => before.get(name)?.cidr === taken),
          `${gone.join()} moved without a collision`,
        );
      }
      moved += gone.length;
    }
    assert.ok(moved <= rounds / 5, `${moved} networks moved in ${rounds} additions`);
  });

  it("have room for every arrow of the topology in the smallest range that the configuration allows", () => {
    assert.equal(allocate(range("10.0.0.0/22"), arrows.map(arrowName)).size, arrows.length);
  });
});
