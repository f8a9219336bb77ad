/**
 * A `Duplex` of `node:stream`, such as a socket, by what is asked of it here: the published types do without those of
 * Node.
 */
export interface DuplexStream {
  readonly readable: boolean;
  readonly writable: boolean;
  readonly writableLength: number;
  readonly destroyed: boolean;
  write(chunk: Uint8Array): boolean;
  end(onFinish?: () => void): unknown;
  destroy(error?: Error): unknown;
  pause(): unknown;
  resume(): unknown;
  isPaused(): boolean;
  // biome-ignore lint/suspicious/noExplicitAny: what a listener is given depends on the event
  on(event: string, listener: (...values: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  once(event: string, listener: (...values: any[]) => void): unknown;
}
