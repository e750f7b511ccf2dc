import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const providerSdks = {
  regex: "^@pulumi/(docker|kubernetes|aws|awsx|eks)(/|$)",
  message:
    "Provider SDKs belong to components/platforms; everything else speaks of specs (docs/architecture.md).",
};
const anySdk = {
  regex: "^@pulumi/(?!pulumi(/|$))",
  message:
    "Core and services know no provider: they get what they need from the Foundation (docs/architecture.md).",
};
const typesOnly = {
  regex: "^(\\.\\./)+(topology|images)$",
  allowTypeImports: true,
  message: "Only types come from here: what a component does must follow from its arguments.",
};

/** The import rule of one part of the tree: what its files may not import. Later zones replace earlier ones. */
const zone = (files, ...patterns) => ({
  files,
  rules: { "@typescript-eslint/no-restricted-imports": ["error", { patterns }] },
});

/** Everything that leaves the folder `up` levels above must be one of `allowed`. */
const only = (up, allowed, message) => ({ regex: `^${"\\.\\./".repeat(up)}(?!(${allowed})(/|$))`, message });

const serviceMessage =
  "A service imports components/core, other services, and types of the topology; nothing else.";
const importRules = [
  zone(["index.ts", "components/**/*.ts", "policies/**/*.ts", "curator/**/*.ts"], providerSdks),
  zone(
    ["components/core/**/*.ts"],
    anySdk,
    typesOnly,
    only(1, "topology|images", "Core imports nothing but core."),
  ),
  zone(["components/services/*.ts"], anySdk, typesOnly, only(1, "core|topology|images", serviceMessage)),
  zone(["components/services/*/**/*.ts"], anySdk, typesOnly, only(2, "core|topology|images", serviceMessage)),
  zone(["components/platforms/**/*.ts"], {
    regex: "/services(/|$)",
    message: "A platform turns any spec into resources; it knows no service.",
  }),
];

/** House rules that need no types. */
const houseRules = {
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-unreachable": "error",
  "no-constant-condition": ["error", { checkLoops: false }],
  "no-unsafe-finally": "error",
  "no-warning-comments": ["error", { terms: ["todo", "fixme", "xxx"], location: "anywhere" }],
  "max-lines": ["error", { max: 250 }],
  "no-restricted-syntax": [
    "error",
    {
      selector: "TSAsExpression > TSAsExpression[typeAnnotation.type='TSUnknownKeyword']",
      message: "`as unknown as` switches the compiler off: narrow the value, or parse it.",
    },
  ],
};

/** Rules that ask the compiler. They find what Pulumi makes easy to get wrong: a promise or an Output that nobody waits for. */
const typedRules = {
  "@typescript-eslint/no-floating-promises": "error",
  "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
  "@typescript-eslint/await-thenable": "error",
  "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
};

/** An Output or a Sensitive in a text prints a warning where its value was meant; pulumi.interpolate is right. */
const outputRules = {
  "no-console": "error",
  "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
  "@typescript-eslint/no-base-to-string": "error",
};

export default defineConfig(
  globalIgnores(["**/node_modules/", ".semblance/", "coverage/", "**/*.d.mts", "**/dist/"]),
  // A comment cannot switch a rule off.
  { linterOptions: { noInlineConfig: true } },
  {
    files: ["**/*.{ts,mjs}"],
    rules: houseRules,
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...typedRules,
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_+$" }],
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
    },
  },
  { files: ["index.ts", "components/**/*.ts", "policies/**/*.ts"], rules: outputRules },
  { files: ["test/**/*.ts"], rules: { "max-lines": ["error", { max: 300 }] } },
  importRules,
);
