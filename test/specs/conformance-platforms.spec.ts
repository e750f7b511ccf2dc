import assert from "node:assert/strict";
import { arrowName, arrows, memberNames, type ServiceName } from "../../components/topology";
import { ANONYMOUS } from "../support/conformance-arrows";
import { absentOn, type PlatformName, platforms } from "../support/conformance-programs";
import { rules } from "../support/conformance-rules";
import { type Rendered, type View, workloadsOf } from "../support/conformance-view";

const names = Object.keys(platforms) as readonly PlatformName[];
const views = new Map<PlatformName, View>();
const viewOf = (name: PlatformName): View => views.get(name) ?? assert.fail(`${name} rendered nothing`);

/** Those that both platforms run. */
const common = memberNames.filter((member) => names.every((name) => absentOn[name][member] === undefined));

/** Those that a platform does not run: others have nothing for them there. */
const nobodys = memberNames.filter((member) => !common.includes(member));

/** What a member lacks of the list, and what was found instead. */
const brokenBy = (member: ServiceName, view: View): string[] =>
  Object.entries(rules).flatMap(([topic, list]) =>
    Object.entries(list).flatMap(([title, rule]) => {
      try {
        rule(member, view);
        return [];
      } catch (error) {
        if (!(error instanceof assert.AssertionError)) throw error;
        return [`${topic}: ${title}: ${error.message}`];
      }
    }),
  );

/** What must not depend on where a process runs, of all by which a member acts. */
function processes(view: View, member: ServiceName) {
  return workloadsOf(view, member)
    .map(({ name, image, command, files, user, limits, ready, published, volumes, ...one }: Rendered) => ({
      name,
      image,
      program: command[0],
      // What observes a node is told which one, where there are several.
      env: [...one.env.keys()].filter((variable) => variable !== "NODE_NAME").sort(),
      files: [...files.keys()]
        .filter((path) => !nobodys.some((absent) => path.endsWith(`/${absent}`)))
        .sort(),
      user,
      limits,
      capabilities: one.powers.adds,
      probe: ready?.command[0],
      published,
      kept: [...volumes].filter(([, { kept }]) => kept).map(([path]) => path),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe("conformance of the platforms", () => {
  before(async function () {
    this.timeout(120_000);
    // One after the other: Pulumi's mocks are global.
    for (const name of names) views.set(name, await platforms[name]());
  });

  for (const platform of names)
    describe(platform, () => {
      it("renders every member but those that its code says it cannot run", () => {
        const view = viewOf(platform);
        const rendered = new Set(view.workloads.map(({ member }) => member));
        assert.deepEqual(
          memberNames.filter((member) => !rendered.has(member)),
          memberNames.filter((member) => absentOn[platform][member] !== undefined),
        );
        assert.deepEqual([...rendered].sort(), [...view.present].sort());
      });

      for (const member of memberNames.filter((one) => absentOn[platform][one] === undefined))
        it(`${member} does what the list says`, () =>
          assert.deepEqual(brokenBy(member, viewOf(platform)), []));
    });

  describe("every platform", () => {
    for (const member of common)
      it(`runs the same processes as ${member}`, () => {
        const [first, ...others] = names.map((name) => processes(viewOf(name), member));
        for (const other of others) assert.deepEqual(other, first);
      });

    it("has the arrows that need no login", () => {
      const drawn = arrows.map(arrowName);
      for (const [name, why] of Object.entries(ANONYMOUS)) assert.ok(drawn.includes(name), `${name}: ${why}`);
    });

    it("gives out the same addresses and logins", () => {
      const [first, ...others] = names.map((name) => {
        const { urls, logins, passwords } = viewOf(name).outputs;
        return { urls, logins, passwords: Object.keys(passwords) };
      });
      for (const other of others) assert.deepEqual(other, first);
    });
  });
});
