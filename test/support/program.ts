import * as pulumi from "@pulumi/pulumi";
import { loadSettings } from "../../components/config";
import { imageNames } from "../../components/images";
import { deploy } from "../../components/program";
import { recordProgram, type Recording } from "./mocks";
import { withBuiltImages } from "./project-folder";

/** Runs the program under mocks, with a configuration, as often as it is called. `result` is what the stack exports. */
export function runProgram(
  settings: unknown = {},
  stack = "dev",
): Promise<Recording<Readonly<Record<string, unknown>>>> {
  pulumi.runtime.setAllConfig({ "semblance-curation:settings": JSON.stringify(settings) });
  return withBuiltImages(imageNames, (root) =>
    recordProgram(
      (): Readonly<Record<string, unknown>> => deploy({ stack, settings: loadSettings(), root }),
      stack,
    ),
  );
}
