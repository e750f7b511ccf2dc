import type { Settings } from "../../../components/config/schema";
import type { Progress } from "../../progress";
import type { OpenStack } from "../stack/open";

/** What is brought up, and where. */
export interface Rise {
  /** Folder of the project. */
  readonly root: string;
  readonly stack: OpenStack;
  readonly settings: Settings;
  readonly progress: Progress;
}
