import assert from "node:assert/strict";
import { help, parse, type Syntax } from "../../toolchain/commands/args";
import { quote } from "../../toolchain/commands/env";
import { choose } from "../../toolchain/commands/password";

const syntax: Syntax = {
  name: "up",
  summary: "Brings it up.",
  options: {
    stack: { type: "string", short: "s", value: "NAME", help: "which stack" },
    profile: { type: "string", choices: ["core", "full"], help: "which services" },
    yes: { type: "boolean", help: "do not ask" },
    "policy-pack": { type: "string", value: "FOLDER", multiple: true, help: "packs" },
  },
};
const withArgument: Syntax = {
  ...syntax,
  name: "logs",
  argument: { name: "SERVICE", help: "whose", required: true },
};

describe("arguments of a command", () => {
  it("reads values, flags, lists and the argument", () => {
    const args = parse(
      withArgument,
      ["postgres", "-s", "lab", "--yes", "--policy-pack", "a", "--policy-pack=b"],
      {},
    );
    assert.equal(args.argument, "postgres");
    assert.equal(args.text("stack"), "lab");
    assert.equal(args.text("profile"), undefined);
    assert.equal(args.flag("yes"), true);
    assert.deepEqual(args.texts("policy-pack"), ["a", "b"]);
  });

  const refused: readonly (readonly [string, Syntax, readonly string[], RegExp])[] = [
    [
      "an unknown option",
      syntax,
      ["--profil", "core"],
      /Unknown option --profil; allowed: .*--profile core\|full/,
    ],
    ["an unknown value", syntax, ["--profile", "ful"], /--profile: found "ful"; allowed: core \| full/],
    ["an option without its value", syntax, ["--stack"], /--stack .*argument missing.*; allowed:/],
    ["an argument that is not taken", syntax, ["core"], /does not take "core"/],
    ["a second argument", withArgument, ["a", "b"], /does not take "b"/],
  ];
  for (const [what, of, argv, message] of refused) {
    it(`refuses ${what}, and says what is allowed`, () => {
      assert.throws(() => parse(of, argv, {}), { name: "UserError", message });
    });
  }

  it("notices an option that npm has kept for itself", () => {
    const swallowed = { npm_config_profile: "true" };
    assert.throws(
      () => parse(syntax, ["core"], swallowed),
      /npm kept --profile.*\n.*npm run up -- --profile/,
    );
    assert.doesNotThrow(() => parse(syntax, [], { npm_config_yes: "true" }), "an option of npm's own");
  });

  it("explains every option in its help", () => {
    const text = help(withArgument);
    for (const part of [
      "usage: npm run logs -- SERVICE",
      "-s, --stack NAME",
      "--profile core|full",
      "--help",
    ]) {
      assert.ok(text.includes(part), part);
    }
  });
});

describe("the environment for a shell", () => {
  it("quotes what the shell would take apart", () => {
    assert.equal(quote("/usr/bin:/bin"), "/usr/bin:/bin");
    assert.equal(quote("a b$(rm)'c"), "'a b$(rm)'\\''c'");
  });
});

describe("choice of a login", () => {
  const login = (service: string, passwordOutput: string) => ({
    service,
    passwordOutput,
    username: passwordOutput,
  });
  const logins = [
    login("label-studio", "label-studio"),
    login("gateway", "annotator"),
    login("gateway", "operator"),
  ];

  it("takes the name of a password, or a service that has one login", () => {
    assert.equal(choose(logins, "operator").passwordOutput, "operator");
    assert.equal(choose([login("minio", "minio-root")], "minio").passwordOutput, "minio-root");
  });

  it("lists what there is when the name is unknown, ambiguous or missing", () => {
    assert.throws(() => choose(logins, "nope"), /unknown login "nope"; allowed: label-studio .*operator/);
    assert.throws(
      () => choose(logins, "gateway"),
      /"gateway" has several logins; allowed: annotator .*, operator/,
    );
    assert.throws(() => choose(logins, undefined), /which login\?/);
  });
});
