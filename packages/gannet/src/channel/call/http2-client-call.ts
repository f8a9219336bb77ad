import type { DescMethod } from "@bufbuild/protobuf";
import { Fifo } from "../../base/index.ts";
import type { Codec } from "../../codec/index.ts";
import {
  type CallInit,
  type CallObserver,
  type CallWriter,
  type Compressor,
  GrpcError,
  type Instant,
  type ReceivedMetadata,
  type ScheduledDeadline,
} from "../../core/index.ts";
import { type HeaderList, Http2Code, type Http2Stream, type StreamReset, type StreamSink } from "../../http2/index.ts";
import {
  codeOfReset,
  ENVELOPE_BYTES,
  type EnvelopeHandler,
  EnvelopeReader,
  encodeCompressed,
  errorOfStatus,
  fitsHeaderList,
  formatTimeout,
  type MessageSettings,
  MetadataBlock,
  metadataTooLarge,
  metadataTooLargeForPeer,
  parseContentType,
  type ResponseHead,
  readResponseHead,
  sendableBytes,
  writeEnvelope,
} from "../../protocol/index.ts";
import type { ClientConnection } from "./client-connection.ts";
import { ForeignAnswer } from "./foreign-answer.ts";
import type { Http2CallWriter, UnprocessedHandler } from "./http2-call-writer.ts";
import type { ReceivedReply } from "./received-reply.ts";

/** A server is told of less time than there is, by up to so much, and may see the deadline pass before we do. */
const ROUNDED_MS = 1;
/** So much of what a connection keeps may have been decoded before it was asked for. */
const MAX_DECODED_AHEAD_BYTES = 128 * 1024;

/**
 * Starts a call on a connection that has room for a stream.
 *
 * @param unprocessed asked when the server says that it has not looked at the call
 */
export function startHttp2Call(
  connection: ClientConnection,
  method: DescMethod,
  init: CallInit,
  observer: CallObserver,
  unprocessed?: UnprocessedHandler,
): Http2CallWriter {
  const call = new Http2ClientCall(connection, method, init, observer, unprocessed);
  call.start(init);
  return call;
}

/** One gRPC call on a stream of a client's connection. It ends exactly once, and says so to its observer. */
class Http2ClientCall implements StreamSink, EnvelopeHandler, CallWriter {
  readonly #connection: ClientConnection;
  readonly #method: DescMethod;
  readonly #observer: CallObserver;
  readonly #unprocessed: UnprocessedHandler | undefined;
  readonly #stream: Http2Stream;
  readonly #requestCodec: Codec;
  readonly #replyCodec: Codec;
  readonly #deadline: Instant | undefined;
  readonly #isReplySingle: boolean;
  readonly #messages: MessageSettings;
  /** How many bytes of requests were sent, as they are on the wire. */
  sentBytes = 0;
  /** What requests are compressed with. */
  readonly #compressor: Compressor | undefined;
  #scheduled: ScheduledDeadline | undefined;
  #envelopes: EnvelopeReader | undefined;
  #header: ResponseHead | undefined;
  #foreign: ForeignAnswer | undefined;
  #replies = 0;
  #demand = 0;
  /** How many bytes the replies may have that are asked for; undefined for any number. */
  #bytesLeft: number | undefined;
  /** Replies that were not asked for yet. */
  #queue: Fifo<ReceivedReply> | undefined;
  /** The end, held back until the replies before it have been taken. */
  #end: { readonly error: GrpcError | undefined; readonly trailer: ReceivedMetadata | undefined } | undefined;
  #isEnded = false;
  #isSendEnded = false;

  constructor(
    connection: ClientConnection,
    method: DescMethod,
    init: CallInit,
    observer: CallObserver,
    unprocessed: UnprocessedHandler | undefined,
  ) {
    this.#connection = connection;
    this.#method = method;
    this.#observer = observer;
    this.#unprocessed = unprocessed;
    this.#requestCodec = connection.codecs.get(method.input);
    this.#replyCodec = connection.codecs.get(method.output);
    this.#deadline = init.deadline;
    this.#isReplySingle = method.methodKind === "unary" || method.methodKind === "client_streaming";
    const { messages } = connection;
    this.#compressor = (init.compress ?? messages.compress) ? messages.compressors.first : undefined;
    this.#messages = init.limits === undefined ? messages : { ...messages, ...init.limits };
    this.#stream = connection.http2.createStream(this);
  }

  get peer(): string {
    return this.#connection.peer;
  }

  start({ metadata, deadline }: CallInit): void {
    this.#connection.counts.streamsStarted++;
    const { http2, deadlines } = this.#connection;
    const fixed = this.#connection.headerFor(
      `/${this.#method.parent.typeName}/${this.#method.name}`,
      this.#compressor?.name,
    );
    if (deadline === undefined && metadata === undefined) {
      http2.sendHeaders(this.#stream, fixed, false);
      return;
    }
    const limit = http2.peerMaxHeaderListBytes;
    if (metadata !== undefined && !fitsHeaderList(limit, undefined, metadata)) {
      this.#finish(metadataTooLargeForPeer("metadata", limit), undefined);
      return;
    }
    const timeout = deadline === undefined ? undefined : formatTimeout(deadline - deadlines.now());
    if (deadline !== undefined) this.#scheduled = deadlines.schedule(deadline, this);
    http2.sendHeaders(this.#stream, new MetadataBlock(fixed, timeout, metadata), false);
  }

  // ---- from the caller ----------------------------------------------------------------

  send(message: object, isLast = false, compress = true): boolean {
    if (this.#isEnded || this.#isSendEnded) return true;
    if (this.#compressor !== undefined && compress) return this.#sendCompressed(message, isLast, this.#compressor);
    const { http2 } = this.#connection;
    const maxBytes = sendableBytes(this.#requestCodec, message, this.#messages.maxSendBytes, "request");
    const start = http2.beginData(ENVELOPE_BYTES + maxBytes);
    const out = http2.output.bytes;
    const end = this.#requestCodec.encodeInto(message, out, start + ENVELOPE_BYTES);
    writeEnvelope(out, start, end);
    this.#connection.counts.messagesSent++;
    this.#isSendEnded = isLast;
    this.sentBytes += end - start;
    http2.commitData(this.#stream, start, end, isLast);
    return isLast || http2.isWritable(this.#stream);
  }

  #sendCompressed(message: object, isLast: boolean, compressor: Compressor): boolean {
    const { http2 } = this.#connection;
    const bytes = encodeCompressed(this.#requestCodec, message, compressor, this.#messages, "request");
    this.#isSendEnded = isLast;
    this.sentBytes += bytes.length;
    http2.sendOwned(this.#stream, bytes, isLast);
    this.#connection.counts.messagesSent++;
    return isLast || http2.isWritable(this.#stream);
  }

  endSend(): void {
    if (this.#isEnded || this.#isSendEnded) return;
    this.#isSendEnded = true;
    const { http2 } = this.#connection;
    const start = http2.beginData(0);
    http2.commitData(this.#stream, start, start, true);
  }

  request(count: number, maxBytes?: number): void {
    this.#demand += count;
    this.#bytesLeft = maxBytes;
    while (this.#isAsked && !this.#isEnded) {
      const next = this.#queue?.shift();
      if (next === undefined) break;
      const { message, form, byteLength } = next;
      if (form === "decoded") this.#deliver(message, byteLength, byteLength);
      else this.#deliverHeld(message as Uint8Array, form === "compressed", byteLength);
    }
    if (this.#isAsked) this.#connection.http2.putAside(this.#stream);
    this.#endIfTaken();
  }

  /** Whether somebody waits for another reply. */
  get #isAsked(): boolean {
    return this.#demand > 0 && (this.#bytesLeft === undefined || this.#bytesLeft > 0);
  }

  #deliverHeld(bytes: Uint8Array, isCompressed: boolean, byteLength: number): void {
    let message: object;
    try {
      message = this.#decode(bytes, 0, bytes.length, isCompressed);
    } catch (error) {
      this.cancel(unreadable(error));
      return;
    }
    this.#deliver(message, byteLength, this.#envelopes?.decodedBytes ?? 0);
  }

  cancel(error: GrpcError = new GrpcError("CANCELLED", "the call was cancelled")): void {
    if (this.#isEnded) return;
    this.#connection.http2.reset(this.#stream, Http2Code.Cancel);
    this.#finish(error, undefined);
  }

  // ---- from the stream ----------------------------------------------------------------

  onHeaders(list: HeaderList, endStream: boolean): void {
    if (this.#isEnded) return;
    const head = readResponseHead(list);
    const { maxMetadataBytes } = this.#connection.messages;
    if (list.size > maxMetadataBytes) {
      const what = this.#header === undefined && !endStream ? "header" : "trailer";
      this.cancel(metadataTooLarge(`server's ${what}`, list.size, maxMetadataBytes, head.status));
      return;
    }
    if (this.#header === undefined && !this.#acceptHeader(head, endStream)) return;
    if (endStream) this.#onTrailer(head);
  }

  /** Looks at what came first. False where nothing is left to do with it. */
  #acceptHeader(head: ResponseHead, endStream: boolean): boolean {
    this.#header = head;
    const isGrpc = head.httpStatus === 200 && parseContentType(head.contentType)?.format === this.#connection.format;
    // A status counts whatever stands around it.
    if (!isGrpc && head.status === undefined) {
      this.#foreign = new ForeignAnswer(head);
      if (endStream) this.#failForeign();
      return false;
    }
    if (endStream) return true;
    const { encoding } = head;
    if (encoding !== "" && encoding !== "identity" && this.#decompressor(encoding) === undefined) {
      this.#fail("INTERNAL", `the server compresses with ${JSON.stringify(encoding)}, which was not offered`);
      return false;
    }
    this.#observer.onHeader(head);
    return true;
  }

  #decompressor(encoding: string): Compressor | undefined {
    return this.#connection.messages.compressors.get(encoding);
  }

  #onTrailer(head: ResponseHead): void {
    if (this.#foreign !== undefined) {
      this.#failForeign();
      return;
    }
    // The end of the stream says that the server wants no more of the requests.
    this.#connection.http2.reset(this.#stream, Http2Code.NoError);
    if (head.status === undefined) {
      this.#fail("UNKNOWN", "the server ended the call without a status");
      return;
    }
    const error = errorOfStatus(head.status, head) ?? this.#replyProblem();
    this.#end = { error, trailer: head };
    // How it ended is known: a deadline that passes while replies are still read changes nothing.
    this.#scheduled?.cancel();
    if (error !== undefined && this.#isReplySingle) this.#queue = undefined;
    this.#endIfTaken();
  }

  #replyProblem(): GrpcError | undefined {
    if (this.#envelopes?.isBetweenMessages === false)
      return new GrpcError("INTERNAL", "the reply ends inside a message");
    if (!this.#isReplySingle || this.#replies === 1) return undefined;
    return new GrpcError("UNIMPLEMENTED", "the server sent no reply, where one is due");
  }

  onData(bytes: Uint8Array, start: number, end: number, endStream: boolean): void {
    if (this.#isEnded || this.#end !== undefined) {
      this.#connection.http2.release(this.#stream, end - start);
      return;
    }
    if (this.#foreign !== undefined) {
      this.#connection.http2.release(this.#stream, end - start);
      this.#foreign.quote(bytes, start, end);
      if (endStream || this.#foreign.isQuoted) this.#failForeign();
      return;
    }
    try {
      this.#envelopes ??= this.#createEnvelopeReader();
      this.#envelopes.read(bytes, start, end, this);
    } catch (error) {
      this.cancel(unreadable(error));
      return;
    }
    if (endStream) this.#fail("UNKNOWN", "the server ended the call without a status");
  }

  #createEnvelopeReader(): EnvelopeReader {
    const decompressor = this.#decompressor(this.#header?.encoding ?? "");
    return new EnvelopeReader("reply", this.#messages.maxReceiveBytes, decompressor, this.#connection.spare);
  }

  onPartial(): void {
    if (this.#isAsked) this.#connection.http2.putAside(this.#stream);
  }

  onEnvelope(bytes: Uint8Array, start: number, end: number, isCompressed: boolean): void {
    if (this.#isEnded) return;
    this.#replies++;
    this.#connection.counts.messagesReceived++;
    if (this.#isReplySingle && this.#replies > 1)
      throw new GrpcError("UNIMPLEMENTED", "the server sent more than one reply, where one is due");
    const byteLength = ENVELOPE_BYTES + end - start;
    if (this.#isAsked) {
      const message = this.#decode(bytes, start, end, isCompressed);
      this.#deliver(message, byteLength, this.#envelopes?.decodedBytes ?? 0);
      return;
    }
    this.#queue ??= new Fifo();
    // As an object it may take a hundred times as much.
    if (isCompressed || this.#connection.http2.unconsumedBytes > MAX_DECODED_AHEAD_BYTES) {
      const form = isCompressed ? "compressed" : "bytes";
      this.#queue.push({ message: new Uint8Array(bytes.subarray(start, end)), form, byteLength });
    } else {
      this.#queue.push({ message: this.#decode(bytes, start, end, isCompressed), form: "decoded", byteLength });
    }
  }

  #decode(bytes: Uint8Array, start: number, end: number, isCompressed: boolean): object {
    const reader = this.#envelopes as EnvelopeReader;
    return reader.decode(this.#replyCodec, this.#method.output, bytes, start, end, isCompressed);
  }

  /** @param decodedBytes how long it is, decompressed; `byteLength` is what it took of the window */
  #deliver(message: object, byteLength: number, decodedBytes: number): void {
    this.#demand--;
    if (this.#bytesLeft !== undefined) this.#bytesLeft -= decodedBytes;
    this.#connection.http2.release(this.#stream, byteLength);
    this.#observer.onMessage(message);
  }

  onReset(reset: StreamReset): void {
    if (this.#isEnded || this.#end !== undefined) return;
    if (reset.unprocessed && this.#header === undefined && this.#isStartedAgain(reset)) {
      this.#isEnded = true;
      this.#connection.counts.streamsFailed++;
      this.#scheduled?.cancel();
      return;
    }
    if (reset.origin === "connection") {
      this.#fail("UNAVAILABLE", `${reset.message} (${this.peer})`);
      return;
    }
    const isOver = this.#deadline !== undefined && this.#connection.deadlines.now() > this.#deadline - ROUNDED_MS;
    if (reset.http2Code === Http2Code.Cancel && isOver) this.onDeadline();
    else this.#fail(codeOfReset(reset.http2Code), reset.message);
  }

  #isStartedAgain({ message, unsent }: StreamReset): boolean {
    return this.#unprocessed?.onUnprocessed(message, unsent === true) === true;
  }

  onWritable(): void {
    if (!this.#isEnded) this.#observer.onWritable();
  }

  onDeadline(): void {
    this.#fail("DEADLINE_EXCEEDED", `the deadline passed before the call was over (${this.peer})`);
  }

  // ---- the end ------------------------------------------------------------------------

  #failForeign(): void {
    const error = this.#foreign?.error;
    if (error !== undefined) this.cancel(error);
  }

  #fail(code: GrpcError["code"], message: string): void {
    this.#connection.http2.reset(this.#stream, Http2Code.Cancel);
    this.#finish(new GrpcError(code, message), undefined);
  }

  #endIfTaken(): void {
    if (this.#end !== undefined && (this.#queue?.size ?? 0) === 0) this.#finish(this.#end.error, this.#end.trailer);
  }

  #finish(error: GrpcError | undefined, trailer: ReceivedMetadata | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#queue = undefined;
    // Whatever status came, the stream has ended as it should.
    if (this.#end === undefined) this.#connection.counts.streamsFailed++;
    else this.#connection.counts.streamsSucceeded++;
    this.#scheduled?.cancel();
    this.#observer.onEnd({ error, trailer });
  }
}

function unreadable(error: unknown): GrpcError {
  return GrpcError.is(error) ? error : new GrpcError("INTERNAL", "a reply could not be read", { cause: error });
}
