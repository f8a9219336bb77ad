import type { AmbientCalls, Diagnostics, WarningEmitter } from "../core/index.ts";
import { ambientCalls, emitWarning, nodeDiagnostics } from "../node/index.ts";

/** What a test puts in the place of the system. */
export interface ServerEnvironment {
  readonly diagnostics: Diagnostics;
  random(): number;
  readonly ambient: AmbientCalls;
  readonly emitWarning: WarningEmitter;
}

/** The system itself. */
export const SYSTEM: ServerEnvironment = {
  diagnostics: nodeDiagnostics,
  random: () => Math.random(),
  ambient: ambientCalls,
  emitWarning,
};
