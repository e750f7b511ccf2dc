import { REDIS_STATISTICS } from "../services/exporters";
import { EXPORTER_REDIS_RIGHTS, LABEL_STUDIO_REDIS_RIGHTS } from "../services/label-studio";

/** Who uses Redis, and what each may do there: the server must know them when it starts. */
export const REDIS_CLIENTS = {
  "label-studio": LABEL_STUDIO_REDIS_RIGHTS,
  "label-studio-worker": LABEL_STUDIO_REDIS_RIGHTS,
  "label-studio-exporter": EXPORTER_REDIS_RIGHTS,
  "redis-exporter": REDIS_STATISTICS,
};
