import { join } from "node:path";
import { interopSources } from "../folders.ts";
import { type Command, nodeProgram } from "../program/command.ts";
import type { Python } from "../program/python.ts";

/** The programs for peer.proto that are made with one library. */
export interface PeerPrograms {
  readonly name: string;
  readonly server: Command;
  /** More than one where the library has several ways to make a call. */
  readonly clients: readonly { readonly name: string; readonly command: Command }[];
}

/** Made with gannet. */
export const gannetPrograms: PeerPrograms = {
  name: "gannet",
  server: nodeProgram("gannet/server"),
  clients: [
    { name: "gannet", command: nodeProgram("gannet/client") },
    { name: "gannet by hand", command: nodeProgram("gannet/client-by-hand") },
  ],
};

/** Made with grpc-js. */
export const grpcJsPrograms: PeerPrograms = {
  name: "grpc-js",
  server: nodeProgram("grpc-js/server"),
  clients: [{ name: "grpc-js", command: nodeProgram("grpc-js/client") }],
};

/** Made with grpcio. */
export async function createPythonPrograms(python: Python): Promise<PeerPrograms> {
  const proto = join(interopSources, "peer/peer.proto");
  return {
    name: "python",
    server: await python.program("server.py", proto),
    clients: [{ name: "python", command: await python.program("client.py", proto) }],
  };
}
