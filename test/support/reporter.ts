import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's usual report, and the counts in a file for whoever adds up several runs. */
class CountingReporter extends Mocha.reporters.Spec {
  override done(failures: number, end?: (failures: number) => void): void {
    const file = process.env["SEMBLANCE_TEST_COUNTS"];
    if (file !== undefined) {
      const { passes, pending } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    }
    end?.(failures);
  }
}

export = CountingReporter;
