import { type Compressor, GrpcError, type Instant, type Metadata, type ScheduledDeadline } from "../core/index.ts";
import {
  type HeaderList,
  HeaderTemplate,
  Http2Code,
  type Http2Stream,
  type StreamReset,
  type StreamSink,
} from "../http2/index.ts";
import type { PublishedCall } from "../observe/index.ts";
import {
  ENVELOPE_BYTES,
  type EnvelopeHandler,
  EnvelopeReader,
  ErrorBlock,
  encodeCompressed,
  fitsHeaderList,
  MetadataBlock,
  metadataTooLarge,
  metadataTooLargeForPeer,
  PROTO_TYPE,
  type RequestHead,
  readRequestHead,
  sendableBytes,
  writeEnvelope,
} from "../protocol/index.ts";
import { CallCompression } from "./call-compression.ts";
import type { ListedCall } from "./call-list.ts";
import type { CallRunner } from "./call-runner.ts";
import type { Route } from "./route.ts";
import { sealHeader } from "./seal-header.ts";
import { shortenedError } from "./sendable-error.ts";
import type { ServerConnection } from "./server-connection.ts";

/** How much is said of a path that nobody knows. */
const MAX_REASON = 256;
/** So much of what a connection keeps may have been decoded before it was wanted. */
const MAX_DECODED_AHEAD_BYTES = 128 * 1024;

/**
 * One gRPC call on a stream of a server's connection: reads requests for its runner and writes what that answers. It
 * ends exactly once, by `finish` or `fail`.
 */
export class Http2ServerCall implements StreamSink, EnvelopeHandler, ListedCall<Http2ServerCall> {
  readonly connection: ServerConnection;
  readonly stream: Http2Stream;
  /** Set as soon as the header has told which method it is, before the runner exists. */
  route!: Route;
  head!: RequestHead;
  header: Metadata | undefined = undefined;
  trailer: Metadata | undefined = undefined;
  deadline: Instant | undefined = undefined;
  /** Why the call was over before its handler was. */
  abortError: GrpcError | undefined = undefined;
  /** What is shown to those who listen to calls; undefined where nobody does. */
  record: PublishedCall | undefined = undefined;
  /** How many bytes of replies were sent, as they are on the wire. */
  sentBytes = 0;
  /** Whether the trailer was sent, or cannot be any more. */
  isEnded = false;
  next: Http2ServerCall | undefined = undefined;
  previous: Http2ServerCall | undefined = undefined;
  #runner: CallRunner | undefined;
  #envelopes: EnvelopeReader | undefined;
  /** Whether the client has said all that it will. */
  #isRequestEnded = false;
  #isHeaderSent = false;
  #compression: CallCompression | undefined;
  #scheduled: ScheduledDeadline | undefined;

  constructor(connection: ServerConnection, stream: Http2Stream) {
    this.connection = connection;
    this.stream = stream;
  }

  // ---- from the stream ----------------------------------------------------------------

  onHeaders(list: HeaderList, endStream: boolean): void {
    // A trailer of a request means nothing in gRPC, but its end does.
    if (this.#runner === undefined && !this.isEnded) this.#start(list, endStream);
    if (endStream) this.#onRequestEnd();
  }

  #start(list: HeaderList, endStream: boolean): void {
    const head = readRequestHead(list);
    this.head = head;
    if (head.isTorn || head.method !== "POST" || head.contentType === undefined) {
      const otherwise = head.method !== "POST" ? "405" : "415";
      this.#refuse(head.isTorn ? "400" : otherwise, list, endStream);
      return;
    }
    this.connection.onCallStart(this);
    const { routes } = this.connection;
    const route = routes.get(head.path) ?? routes.forUnknown(head.path);
    if (route === undefined) {
      this.fail(this.#unknownMethod(head.path));
      return;
    }
    const problem = this.#findProblem(head, list.size);
    if (problem !== undefined) this.fail(problem);
    else this.#run(head.contentType.format === "json" ? routes.inJson(route) : route, head);
  }

  /** Why the call cannot begin. */
  #findProblem(head: RequestHead, headBytes: number): GrpcError | undefined {
    const { maxMetadataBytes } = this.connection.messages;
    if (headBytes > maxMetadataBytes) return metadataTooLarge("header of the request", headBytes, maxMetadataBytes);
    if (head.timeoutMs !== undefined) {
      if (Number.isNaN(head.timeoutMs)) return new GrpcError("INTERNAL", "grpc-timeout is malformed");
      // The timers are too coarse to tell before the handler has run.
      if (head.timeoutMs === 0) return deadlineError();
    }
    const isKnown = head.encoding === "identity" || this.compression.ofRequests !== undefined;
    return isKnown ? undefined : this.#unknownEncoding(head.encoding);
  }

  /** The call, for those who listen to calls. */
  describe(): { readonly path: string; readonly peer: string; metadata(): Metadata } {
    const { head } = this;
    return { path: head.path, peer: this.connection.peer.address, metadata: () => head.metadata() };
  }

  #run(route: Route, head: RequestHead): void {
    this.route = route;
    if (head.timeoutMs !== undefined) {
      const { deadlines } = this.connection;
      this.deadline = deadlines.now() + head.timeoutMs;
      this.#scheduled = deadlines.schedule(this.deadline, this);
    }
    if (this.connection.messages.compress) this.#compression = this.compression;
    this.#runner = this.connection.createRunner(this);
    // The handler may end the call at once, which its runner must hear.
    this.#runner.start();
  }

  #unknownMethod(path: string): GrpcError {
    const slash = path.lastIndexOf("/");
    const [service, method] = [path.slice(1, slash), path.slice(slash + 1)];
    const known = slash > 0 ? this.connection.routes.service(service) : undefined;
    const lacks = known?.methods.some(({ name }) => name === method) ? "handler for" : "method";
    const reason = known === undefined ? `there is no method ${path}` : `service ${service} has no ${lacks} ${method}`;
    return new GrpcError("UNIMPLEMENTED", reason.slice(0, MAX_REASON));
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (endStream) this.#isRequestEnded = true;
    if (this.#runner === undefined || this.isEnded) this.connection.http2.release(this.stream, end - start);
    else this.#read(bytes, start, end);
    if (endStream) this.#onRequestEnd();
    else if (this.#runner?.isRequestSingle === true) this.connection.http2.putAside(this.stream);
  }

  #createEnvelopeReader(): EnvelopeReader {
    return new EnvelopeReader("request", this.#maxReceiveBytes, this.#compression?.ofRequests, this.connection.spare);
  }

  #read(bytes: Uint8Array, start: number, end: number): void {
    try {
      this.#envelopes ??= this.#createEnvelopeReader();
      this.#envelopes.read(bytes, start, end, this);
    } catch (error) {
      this.fail(
        GrpcError.is(error) ? error : new GrpcError("INTERNAL", "a request could not be read", { cause: error }),
      );
    }
  }

  get #maxReceiveBytes(): number {
    return this.route.maxReceiveBytes ?? this.connection.messages.maxReceiveBytes;
  }

  onPartial(): void {
    if (this.#runner?.isRequestWanted(false) === true) this.onRequestWanted();
  }

  /** The handler waits for a request: what has come of it is put aside, so that the rest can. */
  onRequestWanted(): void {
    this.connection.http2.putAside(this.stream);
  }

  onEnvelope(bytes: Uint8Array, start: number, end: number, isCompressed: boolean): void {
    if (this.isEnded) return;
    const runner = this.#runner;
    if (runner === undefined) return;
    this.connection.counts.messagesReceived++;
    const byteLength = ENVELOPE_BYTES + end - start;
    if (runner.isRequestWanted(this.#isRequestEnded) || this.#mayDecodeAhead(isCompressed)) {
      runner.onMessage(this.#decode(bytes, start, end, isCompressed), byteLength);
    } else {
      const held = new Uint8Array(bytes.subarray(start, end));
      runner.onMessage(() => this.#decodeHeld(held, isCompressed), byteLength);
    }
  }

  /** Whether a message may be decoded before it is wanted: as an object it may take a hundred times as much. */
  #mayDecodeAhead(isCompressed: boolean): boolean {
    return !isCompressed && this.connection.http2.unconsumedBytes <= MAX_DECODED_AHEAD_BYTES;
  }

  /** A request that came while nobody wanted it. Where it is none, the call fails as it would have then. */
  #decodeHeld(held: Uint8Array, isCompressed: boolean): object {
    try {
      return this.#decode(held, 0, held.length, isCompressed);
    } catch (error) {
      if (GrpcError.is(error)) this.fail(error);
      throw error;
    }
  }

  #decode(bytes: Uint8Array, start: number, end: number, isCompressed: boolean): object {
    const { requestCodec, method } = this.route;
    const reader = this.#envelopes as EnvelopeReader;
    const message = reader.decode(requestCodec, method.input, bytes, start, end, isCompressed);
    if (isCompressed) this.compression.note(message);
    return message;
  }

  #onRequestEnd(): void {
    if (this.isEnded || this.#runner === undefined) return;
    if (this.#envelopes?.isBetweenMessages === false)
      this.fail(new GrpcError("INTERNAL", "the request ends inside a message"));
    else this.#runner.onRequestEnd();
  }

  onReset(reset: StreamReset): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const isOver = this.deadline !== undefined && this.connection.deadlines.now() >= this.deadline;
    const error = isOver ? deadlineError() : new GrpcError("CANCELLED", reset.message);
    this.connection.onCallEnd(this, error, false);
    this.#abort(error);
  }

  onWritable(): void {
    this.#runner?.onWritable();
  }

  onDeadline(): void {
    const error = deadlineError();
    if (this.stream.pendingBytes === 0) {
      this.fail(error);
      return;
    }
    // A client that does not take the replies would not get to the trailer behind them, nor wait for it.
    this.isEnded = true;
    this.connection.http2.reset(this.stream, Http2Code.Cancel);
    this.connection.onCallEnd(this, error, false);
    this.#abort(error);
  }

  // ---- from the runner ----------------------------------------------------------------

  /** The runner has consumed so much of the requests: the client may send more. */
  release(byteLength: number): void {
    this.connection.http2.release(this.stream, byteLength);
  }

  /** Made when somebody has something to do with it. */
  get compression(): CallCompression {
    this.#compression ??= new CallCompression(this.connection.messages, this.head, this.#isHeaderSent);
    return this.#compression;
  }

  sendHeader(): void {
    if (this.#isHeaderSent || this.isEnded) return;
    const { http2 } = this.connection;
    if (this.header !== undefined && !fitsHeaderList(http2.peerMaxHeaderListBytes, undefined, this.header)) {
      this.fail(metadataTooLargeForPeer("header", http2.peerMaxHeaderListBytes));
      return;
    }
    const encoding = this.#compression?.chooseForReplies()?.name;
    const fixed = this.#responseStart(encoding);
    this.#isHeaderSent = true;
    if (this.header !== undefined) sealHeader(this.header);
    const source = this.header === undefined ? fixed : new MetadataBlock(fixed, undefined, this.header);
    http2.sendHeaders(this.stream, source, false);
  }

  get isHeaderSent(): boolean {
    return this.#isHeaderSent;
  }

  /** What the response starts with, in the content type of the request. */
  #responseStart(encoding: string | undefined): HeaderTemplate {
    const { contentType = PROTO_TYPE } = this.head;
    if (encoding === undefined && contentType === PROTO_TYPE) return this.connection.okHeader;
    return this.connection.headerFor(contentType, encoding);
  }

  /**
   * Sends a reply. False where the runner should wait for `onWritable`.
   *
   * @throws TypeError for a message that cannot be encoded, GrpcError for one that is too large
   */
  send(message: object): boolean {
    if (this.isEnded) return true;
    const compressor = this.#compression?.isWanted === true ? this.#compression.chooseForReplies() : undefined;
    if (compressor !== undefined) return this.#sendCompressed(message, compressor);
    const { http2 } = this.connection;
    const codec = this.route.replyCodec;
    const maxBytes = sendableBytes(codec, message, this.connection.messages.maxSendBytes, "reply");
    this.sendHeader();
    if (this.isEnded) return true;
    const start = http2.beginData(ENVELOPE_BYTES + maxBytes);
    const out = http2.output.bytes;
    const end = codec.encodeInto(message, out, start + ENVELOPE_BYTES);
    writeEnvelope(out, start, end);
    this.sentBytes += end - start;
    http2.commitData(this.stream, start, end, false);
    this.connection.counts.messagesSent++;
    return http2.isWritable(this.stream);
  }

  #sendCompressed(message: object, compressor: Compressor): boolean {
    const { http2, messages } = this.connection;
    const bytes = encodeCompressed(this.route.replyCodec, message, compressor, messages, "reply");
    this.sendHeader();
    if (this.isEnded) return true;
    this.sentBytes += bytes.length;
    http2.sendOwned(this.stream, bytes, false);
    this.connection.counts.messagesSent++;
    return http2.isWritable(this.stream);
  }

  /** Ends the call with OK. */
  finish(): void {
    if (this.isEnded) return;
    this.sendHeader();
    if (this.isEnded) return;
    const { okTrailer, http2 } = this.connection;
    if (this.trailer !== undefined && !fitsHeaderList(http2.peerMaxHeaderListBytes, undefined, this.trailer)) {
      this.fail(metadataTooLargeForPeer("trailer", http2.peerMaxHeaderListBytes));
      return;
    }
    this.isEnded = true;
    const source = this.trailer === undefined ? okTrailer : new MetadataBlock(okTrailer, undefined, this.trailer);
    http2.sendHeaders(this.stream, source, true);
    this.connection.onCallEnd(this, undefined, true);
    this.#end();
  }

  /** Ends the call with an error. */
  fail(error: GrpcError): void {
    if (this.isEnded) return;
    const { http2 } = this.connection;
    const limit = http2.peerMaxHeaderListBytes;
    // What the handler has set as header arrives as one: clients take what comes with a status for the trailer.
    const isHeaderSet = this.header !== undefined && this.header.size > 0;
    if (isHeaderSet && fitsHeaderList(limit, undefined, this.header)) this.sendHeader();
    this.isEnded = true;
    // Where nothing was sent before, one header is both header and trailer.
    const fixed = this.#isHeaderSent ? undefined : this.#responseStart(undefined);
    const metadata = [error.trailer, this.trailer];
    const source = fitsHeaderList(limit, error, ...metadata)
      ? new ErrorBlock(fixed, error, ...metadata)
      : new ErrorBlock(fixed, shortenedError(error, limit));
    http2.sendHeaders(this.stream, source, true);
    this.connection.onCallEnd(this, error, true);
    this.#end();
    this.#abort(error);
  }

  /** The handler is done: it is no longer waited for. */
  onHandlerEnd(): void {
    this.connection.onHandlerEnd(this);
  }

  /** Leaves what is not gRPC to who answers that, else refuses it in the words of HTTP. */
  #refuse(status: "400" | "405" | "415", list: HeaderList, endStream: boolean): void {
    this.isEnded = true;
    if (status !== "400" && this.connection.answerForeign(this, { status: Number(status) }, list, endStream)) return;
    this.connection.http2.sendHeaders(this.stream, new HeaderTemplate([[":status", status]]), true);
    this.connection.onForeignRequest();
    this.#end();
  }

  #unknownEncoding(encoding: string): GrpcError {
    const known = this.connection.messages.compressors.acceptEncoding;
    const what = `this server does not know the compression ${JSON.stringify(encoding)}; it knows ${known}`;
    return new GrpcError("UNIMPLEMENTED", what);
  }

  /** A client that still sends is told that nobody listens (RFC 9113 §8.1). */
  #end(): void {
    this.#scheduled?.cancel();
    this.connection.http2.endEarly(this.stream, Http2Code.NoError);
    if (this.#runner === undefined) this.connection.onHandlerEnd(this);
  }

  #abort(error: GrpcError): void {
    this.#scheduled?.cancel();
    this.abortError = error;
    if (this.#runner === undefined) this.connection.onHandlerEnd(this);
    else this.#runner.onAbort(error);
  }
}

function deadlineError(): GrpcError {
  return new GrpcError("DEADLINE_EXCEEDED", "the deadline passed before the call was over");
}
