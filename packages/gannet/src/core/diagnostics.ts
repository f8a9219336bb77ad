/** A place where anybody may listen to what happens: a channel of `node:diagnostics_channel`, by what is asked of it. */
export interface DiagnosticsChannel {
  /** Looked at first: where nobody listens, nothing is made. */
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

/** Warns whoever runs the process, who may turn it off by its code: `process.emitWarning` of Node. */
export type WarningEmitter = (text: string, code: string, detail: string | undefined) => void;

/** The places that servers and channels publish to. docs/observability.md says what under which name. */
export interface Diagnostics {
  readonly serverCallStart: DiagnosticsChannel;
  readonly serverCallEnd: DiagnosticsChannel;
  readonly serverEvent: DiagnosticsChannel;
  readonly clientCallStart: DiagnosticsChannel;
  readonly clientCallEnd: DiagnosticsChannel;
  readonly channelEvent: DiagnosticsChannel;
}
