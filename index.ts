import "./components/core/promise-traces";
import * as pulumi from "@pulumi/pulumi";
import { loadSettings } from "./components/config";
import { deploy } from "./components/program";

const deployed = deploy({ stack: pulumi.getStack(), settings: loadSettings(), root: __dirname });

/** Services that cannot run there, and why. */
export const { absent } = deployed;
/** Where people go. */
export const { urls } = deployed;
/** Who they log in as; `npm run password -- SERVICE` shows a password. */
export const { logins } = deployed;
/** Passwords by service. */
export const { passwords } = deployed;
/** Who may talk to whom, in the order of the topology: `from → to:port`. A review compares it. */
export const { arrows } = deployed;
/** Certificate of the stack's authority: what a browser or a client must trust. */
export const { caCertificate } = deployed;
