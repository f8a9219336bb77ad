/** The fields of a header, in order. */
export type Fields = readonly (readonly [name: string, value: string])[];

/** A stream as one end sees it. */
export interface EndStream {
  readonly id: number;
  readonly isClosed: boolean;
  readonly sendWindow: number;
  readonly receiveWindow: number;
}

/** Why a stream ended early: as `StreamReset` of the engine. */
export interface EndReset {
  readonly http2Code: number;
  readonly origin: "peer" | "violation" | "connection";
  readonly message: string;
  readonly unprocessed: boolean;
  readonly unsent?: boolean;
}

/** Who is told what happens on a stream. */
export interface EndSink {
  onHeader(fields: Fields, isEnd: boolean): void;
  /** @param bytes valid during the call only */
  onData(bytes: Uint8Array, isEnd: boolean): void;
  onReset(reset: EndReset): void;
  onWritable(): void;
}

/** Who is told what happens on a connection. */
export interface EndObserver {
  onStream(stream: EndStream): EndSink;
  onRoom(): void;
  onGoaway(lastStreamId: number): void;
  onPingAck(payload: Uint8Array): void;
  onClose(reason: string): void;
  onViolation(name: string, message: string): void;
}

/** One end of a connection, by what its owner may ask of it: the engine, or a peer that was written for this test. */
export interface End {
  readonly isClosed: boolean;
  readonly canOpenStream: boolean;
  readonly streamCount: number;
  readonly sendWindowBytes: number;
  readonly receiveWindowBytes: number;
  /** Opens a stream with its header. */
  open(sink: EndSink, fields: Fields, isEnd: boolean): EndStream;
  sendHeader(stream: EndStream, fields: Fields, isEnd: boolean): void;
  sendData(stream: EndStream, bytes: Uint8Array, isEnd: boolean): void;
  /** Whether something sent now would leave soon; where not, `onWritable` follows. */
  isWritable(stream: EndStream): boolean;
  /** Whether something waits on the stream although windows would let it leave. */
  isHeldBack(stream: EndStream): boolean;
  /** So many bytes were consumed. */
  release(stream: EndStream, byteLength: number): void;
  reset(stream: EndStream, http2Code: number): void;
  endEarly(stream: EndStream, http2Code: number): void;
  /** The stream no longer counts against the limit, once it is over. */
  releaseStream(stream: EndStream): void;
  ping(payload: Uint8Array): void;
  /** @param lastStreamId the last that came where undefined */
  goaway(lastStreamId?: number): void;
  close(reason: string): void;
}
