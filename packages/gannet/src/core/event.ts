/** Something that happened beside calls, for logs: in text and numbers. The same on servers and channels. */
export interface GrpcEvent {
  /** Stable, such as `connection-opened`: docs/observability.md lists them with their fields. */
  readonly name: string;
  readonly level: "debug" | "info" | "warning" | "error";
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Hears of events. */
export type EventListener = (event: GrpcEvent) => void;
