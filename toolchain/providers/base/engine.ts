import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Where lines about a resource go: to the engine, which shows them beside it. Lost when there is no engine. */
export class EngineLog {
  private client: EngineClient | undefined;

  constructor(address: string | undefined) {
    if (address !== undefined) this.connect(address);
  }

  /** Uses this engine from now on: a provider that is attached to learns the address after its start. */
  connect(address: string): void {
    if (/^[\w.[\]:-]+:\d+$/.test(address)) {
      this.client = new EngineClient(address, grpc.credentials.createInsecure());
    }
  }

  /** Shows a line in the resource's row, until the next. */
  info(urn: string, line: string): void {
    this.send(LogSeverity.INFO, urn, line, true);
  }

  /** Shows a line that stays. Without a URN it is about the run as a whole. */
  warn(urn: string, line: string): void {
    this.send(LogSeverity.WARNING, urn, line, false);
  }

  private send(severity: LogSeverity, urn: string, line: string, ephemeral: boolean): void {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(line);
    request.setEphemeral(ephemeral);
    // A line that cannot be shown is no reason to stop the operation that it is about.
    this.client?.log(request, () => undefined);
  }
}
