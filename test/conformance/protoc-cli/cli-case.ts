import type { PluginScript } from "../../cli/plugin-script.ts";

/** A command line that protoc and `gannet protoc` are both run with, in a folder that has the files of `files/`. */
export interface CliCase {
  readonly name: string;
  /** As a shell would split it: a word each. INCLUDE is the folder of protoc's own .proto files, HERE the folder of the run. */
  readonly args: string | readonly string[];
  /** A file of the folder, or the bytes themselves. @default nothing */
  readonly stdin?: string | Uint8Array | undefined;
  /** What the plugins that it names do, by their parameter. */
  readonly plugins?: Readonly<Record<string, PluginScript>> | undefined;
  /** Whether it is to succeed. @default true */
  readonly ok?: boolean | undefined;
  /** What is compared of it beside the exit code. @default files, output, and whether something is said */
  readonly compare?: readonly ("files" | "stdout" | "stderr")[] | undefined;
  /** Why ours is not as protoc's. Where both agree after all, that is a failure. */
  readonly difference?: string | undefined;
}

/** How a run ended, and what it left. */
export interface CliRun {
  readonly ok: boolean;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** What it has written: by path within the folder. */
  readonly written: ReadonlyMap<string, Buffer>;
}
