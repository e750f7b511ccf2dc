import type { RedisRights } from "../redis";

/**
 * What Label Studio's server and worker do at Redis: the queue's keys and channels are rq's, everything else is below their
 * own prefix. Categories without what is dangerous, and without the commands that tell of other clients' keys.
 */
export const LABEL_STUDIO_REDIS_RIGHTS: RedisRights = {
  keys: ["label-studio:*", "rq:*"],
  channels: ["rq:*"],
  commands: [
    ...["+@read", "+@write", "+@transaction", "-@dangerous", "-scan", "-randomkey", "-dbsize"],
    ...["+publish", "+subscribe", "+unsubscribe", "+ping", "+info", "+client|setinfo"],
  ],
};

/** What the exporter does at Redis: it measures the queues and reads no job. */
export const EXPORTER_REDIS_RIGHTS: RedisRights = {
  keys: ["rq:*"],
  readOnly: true,
  commands: ["+ping", "+llen", "+zcard", "+smembers", "+exists", "+client|setinfo"],
};
