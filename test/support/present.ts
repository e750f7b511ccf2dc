import { join } from "node:path";
import { absentMembers } from "../../components/built-images";
import {
  type Arrow,
  arrowsAmong,
  type Choice,
  memberNames,
  members,
  membersOf,
  profiles,
  type ServiceName,
} from "../../components/topology";

/** What the stack under test was asked for: `npm test` says it by these variables. */
export function choice(): Choice {
  const profile = profiles.find((name) => name === process.env["SEMBLANCE_TEST_PROFILE"]) ?? "core";
  const absent = absentMembers(join(__dirname, "..", ".."));
  return {
    profile,
    development: process.env["SEMBLANCE_TEST_DEVELOPMENT"] === "true",
    absent: memberNames.filter((name) => name in absent),
  };
}

/** The members that the stack under test should have. */
export const present = (): ReadonlySet<ServiceName> => membersOf(choice());

/** The servers among them. */
export const servers = (): readonly ServiceName[] =>
  [...present()].filter((name) => members[name].kind === "server");

/** The arrows that the stack under test should have. */
export const arrowsPresent = (): readonly Arrow[] => arrowsAmong(present());
