import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's usual report, and the outcome in a file for whoever adds up several runs. */
class OutcomeReporter extends Mocha.reporters.Spec {
  override done(failures: number, end?: (failures: number) => void): void {
    const file = process.env["SEMBLANCE_TEST_OUTCOME"];
    if (file !== undefined) {
      const { passes, pending } = this.stats;
      const failed = this.failures.map((test) => ({
        title: test.titlePath().join(" "),
        message: test.err?.message ?? "",
      }));
      writeFileSync(file, JSON.stringify({ passed: passes, skipped: pending, failures: failed }));
    }
    end?.(failures);
  }
}

export = OutcomeReporter;
