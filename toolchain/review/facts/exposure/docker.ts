import type { Resource } from "../../../../policies/core/resource";
import { at, isTrue, isUnknown, items, text, type Value } from "../../../../policies/core/value";
import { isEveryAddress } from "../../../../policies/models/ports";
import { dockerContainer, dockerService } from "../../../../policies/models/types";
import type { View } from "../view";
import { type Exposure, NOT_KNOWN, word } from "./model";

const EVERY = "every address of the host";

/** Ports that Docker publishes on its host. */
export const dockerExposure = (view: View): Exposure[] => [
  ...view.of(dockerContainer).flatMap(ofContainer),
  ...view.of(dockerService).flatMap(ofService),
];

const exposed = (what: string, from: string): Exposure => ({
  platform: "docker",
  what,
  from,
  wide: from === EVERY,
});

function ofContainer({ name, props }: Resource): Exposure[] {
  const ports = props["ports"];
  const host = text(props["networkMode"]) === "host";
  return [
    ...(isTrue(props["publishAllPorts"])
      ? [exposed(`every port that the image of ${name} declares`, EVERY)]
      : []),
    ...(host ? [exposed(`every port of ${name}, in the network of the host`, EVERY)] : []),
    ...(isUnknown(ports) ? [exposed(`ports of ${name}`, NOT_KNOWN)] : []),
    ...items(ports).map((port) =>
      exposed(
        `port ${word(at(port, "external"), "of Docker's choice")}/${protocolOf(port)} → ${name}:${word(at(port, "internal"))}`,
        addressOf(at(port, "ip")),
      ),
    ),
  ];
}

const protocolOf = (port: Value): string => word(at(port, "protocol"), "tcp");

function addressOf(ip: Value): string {
  if (isUnknown(ip)) return NOT_KNOWN;
  const address = text(ip)?.trim() ?? "";
  return isEveryAddress(address) ? EVERY : `${address} of the host`;
}

/** A service of Swarm listens on every address of every machine. */
const ofService = ({ name, props }: Resource): Exposure[] =>
  items(at(props, "endpointSpec", "ports")).map((port) =>
    exposed(
      `port ${word(at(port, "publishedPort"), "of Docker's choice")}/${protocolOf(port)} → ${name}:${word(at(port, "targetPort"))}`,
      EVERY,
    ),
  );
