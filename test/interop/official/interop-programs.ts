import { type Command, nodeProgram } from "../program/command.ts";
import type { IdentityFiles } from "../program/identity-files.ts";
import { BASIC_CASES, CASE_NAMES, type CaseName, SERVER_ID_CASES, SOAK_CASES } from "./case-names.ts";

/** The name that the official test certificates have. */
const HOST_OVERRIDE = "foo.test.google.fr";
/** The soak cases are here for what they do, not for how fast this machine does it. */
const SOAK_FLAGS = ["--soak_per_iteration_max_acceptable_latency_ms=10000", "--soak_overall_timeout_seconds=100"];

/** The interop client and server of one implementation. */
export interface InteropPrograms {
  readonly name: string;
  /** Takes `--port=N`. */
  readonly server: Command;
  /** Takes `--server_host=HOST`, `--server_port=N` and `--test_case=NAME`. */
  readonly client: Command;
  /** The cases that the server has all for. */
  readonly serverCases: readonly CaseName[];
  /** The cases that the client has. */
  readonly clientCases: readonly CaseName[];
  /** What tells the programs to use TLS, and which certificates. */
  readonly tls: (identity: IdentityFiles) => { readonly server: readonly string[]; readonly client: readonly string[] };
  /** More flags of the client for some case. */
  readonly caseFlags?: ((name: CaseName) => readonly string[]) | undefined;
}

/** Made with gannet. */
export const gannetInterop: InteropPrograms = {
  name: "gannet",
  server: nodeProgram("server"),
  client: nodeProgram("client"),
  serverCases: CASE_NAMES,
  clientCases: CASE_NAMES,
  tls: tlsByFiles,
  caseFlags: soakFlags,
};

/** What an implementation has that has the basic cases and the soak cases, in client and server. */
export const BASIC_AND_SOAK: readonly CaseName[] = [...BASIC_CASES, ...SOAK_CASES];

/** The same, and a server that tells its id. */
export const BASIC_SOAK_AND_ID: readonly CaseName[] = [...BASIC_AND_SOAK, ...SERVER_ID_CASES];

/** TLS of programs that are told which files to take, as grpc-go's are. */
export function tlsByFiles({ ca, cert, key }: IdentityFiles): ReturnType<InteropPrograms["tls"]> {
  return {
    server: ["--use_tls=true", `--tls_cert_file=${cert}`, `--tls_key_file=${key}`],
    client: ["--use_tls=true", "--use_test_ca=true", `--ca_file=${ca}`, `--server_host_override=${HOST_OVERRIDE}`],
  };
}

/** TLS of programs that bring the official test certificates, which gannet's have to be given then. */
export function tlsBuiltIn(): ReturnType<InteropPrograms["tls"]> {
  return {
    server: ["--use_tls=true"],
    client: ["--use_tls=true", "--use_test_ca=true", `--server_host_override=${HOST_OVERRIDE}`],
  };
}

/** Patience for the soak cases. */
export function soakFlags(name: CaseName): readonly string[] {
  return SOAK_CASES.some((one) => one === name) ? SOAK_FLAGS : [];
}
