/**
 * The language host for Node.js programs, for a CLI that was built without the official one: that one is published
 * as part of a release download only. Same protocol, same runtime options, the SDK's own run commands underneath.
 */
import type { ServerWritableStream } from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { newServer, servePlugin, unary } from "../providers/base/plugin";
import { Children } from "./children";
import { programDependencies, requiredPlugins } from "./packages";
import { programOf } from "./program";
import { runProgram } from "./run";
import { installDependencies, runPlugin } from "./stream";

const engineAddress = process.argv.at(-1) ?? "";
const children = new Children();
const server = newServer();

server.addService(LanguageRuntimeService, {
  handshake: unary((_: language.LanguageHandshakeRequest) =>
    Promise.resolve(new language.LanguageHandshakeResponse()),
  ),

  getPluginInfo: unary((_: Empty) => {
    const info = new PluginInfo();
    info.setVersion(process.env["SEMBLANCE_LANGUAGE_HOST_VERSION"] ?? "0.0.0");
    return Promise.resolve(info);
  }),

  about: unary((_: language.AboutRequest) => {
    const about = new language.AboutResponse();
    about.setExecutable(process.execPath);
    about.setVersion(process.version);
    about.getMetadataMap().set("language host", "of this project, for closed networks");
    return Promise.resolve(about);
  }),

  getRequiredPackages: unary(async (request: language.GetRequiredPackagesRequest) => {
    const response = new language.GetRequiredPackagesResponse();
    for (const { name, version, server: url } of requiredPlugins(programOf(request.getInfo()).directory)) {
      const dependency = new PackageDependency();
      dependency.setName(name);
      dependency.setKind("resource");
      dependency.setVersion(version);
      dependency.setServer(url);
      response.addPackages(dependency);
    }
    return response;
  }),

  getProgramDependencies: unary(async (request: language.GetProgramDependenciesRequest) => {
    const response = new language.GetProgramDependenciesResponse();
    const { directory } = programOf(request.getInfo());
    for (const { name, version } of programDependencies(directory, request.getTransitivedependencies())) {
      const dependency = new language.DependencyInfo();
      dependency.setName(name);
      dependency.setVersion(version);
      response.addDependencies(dependency);
    }
    return response;
  }),

  run: unary((request: language.RunRequest) => runProgram(request, engineAddress, children)),

  runPlugin: (call: ServerWritableStream<language.RunPluginRequest, language.RunPluginResponse>) =>
    void runPlugin(call, children),

  installDependencies: (
    call: ServerWritableStream<language.InstallDependenciesRequest, language.InstallDependenciesResponse>,
  ) => void installDependencies(call, children),

  cancel: unary(async (_: Empty) => {
    await children.stop();
    return new Empty();
  }),
});

void servePlugin(server, () => children.stop());
