import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RpcError } from "./plugin";

/** "Init failed" in the engine's terms: an error that carries the resource that was made all the same. */
export function initFailed(id: string, state: Struct, inputs: Struct, reasons: readonly string[]): RpcError {
  const failure = new ErrorResourceInitFailed();
  failure.setId(id);
  failure.setProperties(state);
  failure.setInputs(inputs);
  failure.setReasonsList([...reasons]);
  const packed = new Any();
  packed.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(reasons.join("; "));
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return new RpcError(grpc.status.UNKNOWN, reasons.join("; "), metadata);
}
