/**
 * Calls `Unary` with a `grpc-timeout` that differs from call to call, as real clients send it and h2load cannot:
 * `deadline-load PORT`, and on its input lines `SECONDS CONNECTIONS IN_FLIGHT`, each answered with `ClientFigures`.
 */
import { connect } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { answerLines, cpuMicros } from "../answer-lines.ts";
import { EchoMsgSchema } from "../echo/echo_pb.ts";
import {
  DATA,
  END_HEADERS,
  END_STREAM,
  FRAME_HEADER_BYTES,
  HEADERS,
  writeFrame,
  writeFrameHeader,
} from "../raw/frames.ts";
import { RawConnection } from "../raw/raw-connection.ts";
import type { ClientFigures } from "./measure-client.ts";
import { createPayload, MESSAGE, PAYLOAD_BYTES } from "./payload.ts";

const TIMED_EVERY = 16;
/** RFC 7541 §2.3.2: what is added to the dynamic table last has the first number behind the static table. */
const FIRST_DYNAMIC = 62;
/** Ten to eleven seconds: eight digits and a unit, as grpc-go and grpc-java write it. */
const LEAST_TIMEOUT_MICROS = 10_000_000;
const TIMEOUT_SPAN_MICROS = 1_000_000;
const TIMEOUT_BYTES = 9;

const MESSAGE_BYTES = envelope();
/** Names and values that are the same for each call: the first call adds them to the peer's table, in this order. */
const FIELDS = [
  [":path", "/bench.Echo/Unary"],
  [":authority", "127.0.0.1"],
  ["content-type", "application/grpc"],
  ["te", "trailers"],
  ["user-agent", "gannet-bench"],
  ["grpc-timeout", "10S"],
] as const;
/** :method POST and :scheme http of the static table. */
const METHOD_AND_SCHEME = [0x83, 0x86];

const FIRST_BLOCK = Buffer.concat([
  Buffer.from(METHOD_AND_SCHEME),
  ...FIELDS.map(([name, value]) =>
    Buffer.concat([
      Buffer.from([0x40, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    ]),
  ),
]);
/** Then each is its number, but for the timeout: a literal whose name is the last field added. RFC 7541 §6.1, §6.2.2. */
const NEXT_BLOCK = Buffer.concat([
  Buffer.from([
    ...METHOD_AND_SCHEME,
    ...FIELDS.slice(0, -1).map((_, index) => 0x80 | (FIRST_DYNAMIC + FIELDS.length - 1 - index)),
  ]),
  Buffer.from([0x0f, FIRST_DYNAMIC - 15, TIMEOUT_BYTES]),
  Buffer.from("00000000u"),
]);
const TIMEOUT_OFFSET = FRAME_HEADER_BYTES + NEXT_BLOCK.length - TIMEOUT_BYTES;
const STREAM_ID_OFFSET = 5;

const FIRST_CALL = callFrames(FIRST_BLOCK);
const NEXT_CALL = callFrames(NEXT_BLOCK);
const DATA_OFFSET = FRAME_HEADER_BYTES + NEXT_BLOCK.length;

/** What all connections of a run count. */
class Run {
  calls = 0;
  wrong = 0;
  readonly micros: number[] = [];
  readonly endMs: number;
  open: number;
  readonly #onEnd: () => void;

  constructor(seconds: number, open: number, onEnd: () => void) {
    this.endMs = performance.now() + seconds * 1_000;
    this.open = open;
    this.#onEnd = onEnd;
  }

  /** Returns whether there is another call to make. */
  goesOn(): boolean {
    if (performance.now() < this.endMs) return true;
    if (--this.open === 0) this.#onEnd();
    return false;
  }
}

class DeadlineConnection extends RawConnection {
  readonly #run: Run;
  readonly #startedMs = new Map<number, number>();
  #streamId = 1;
  #digits = 0;

  constructor(socket: ReturnType<typeof connect>, run: Run, inFlight: number) {
    super(socket, "client");
    this.#run = run;
    for (let call = 0; call < inFlight; call++) this.#call();
  }

  #call(): void {
    const streamId = this.#streamId;
    this.#streamId += 2;
    const n = this.#run.calls++;
    if (n % TIMED_EVERY === 0) this.#startedMs.set(streamId, performance.now());
    if (this.sendWindow < MESSAGE_BYTES.length) throw new Error("the server gives too little credit");
    this.sendWindow -= MESSAGE_BYTES.length;
    const bytes = Buffer.from(streamId === 1 ? FIRST_CALL : NEXT_CALL);
    bytes.writeUInt32BE(streamId, STREAM_ID_OFFSET);
    if (streamId === 1) bytes.writeUInt32BE(streamId, FRAME_HEADER_BYTES + FIRST_BLOCK.length + STREAM_ID_OFFSET);
    else {
      this.#digits = (this.#digits + 7_919) % TIMEOUT_SPAN_MICROS;
      bytes.write(String(LEAST_TIMEOUT_MICROS + this.#digits), TIMEOUT_OFFSET, "latin1");
      bytes.writeUInt32BE(streamId, DATA_OFFSET + STREAM_ID_OFFSET);
    }
    this.write(bytes);
  }

  protected override onFrame(
    type: number,
    flags: number,
    streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    // Every call is answered with the bytes that it sent, in one frame; one that fails has no message.
    if (type === DATA && bytes.compare(MESSAGE_BYTES, 0, MESSAGE_BYTES.length, start, end) === 0) this.#run.wrong--;
    if ((type !== HEADERS && type !== DATA) || (flags & END_STREAM) === 0) return;
    this.#run.wrong++;
    const startedMs = this.#startedMs.get(streamId);
    if (startedMs !== undefined) {
      this.#startedMs.delete(streamId);
      this.#run.micros.push((performance.now() - startedMs) * 1_000);
    }
    if (this.#run.goesOn()) this.#call();
  }
}

async function measure(port: number, seconds: number, connections: number, inFlight: number): Promise<ClientFigures> {
  const cpuBefore = cpuMicros();
  const startedMs = performance.now();
  const sockets = Array.from({ length: connections }, () => connect({ port, host: "127.0.0.1", noDelay: true }));
  const run = await new Promise<Run>((resolve) => {
    const made: Run = new Run(seconds, connections * inFlight, () => resolve(made));
    for (const socket of sockets) new DeadlineConnection(socket, made, inFlight);
  });
  const elapsed = (performance.now() - startedMs) / 1_000;
  for (const socket of sockets) socket.destroy();
  run.micros.sort((a, b) => a - b);
  const at = (share: number) => run.micros[Math.floor(run.micros.length * share)] ?? Number.NaN;
  const { calls, wrong } = run;
  return {
    calls,
    wrong,
    seconds: elapsed,
    cpuMicros: cpuMicros() - cpuBefore,
    p50Micros: at(0.5),
    p99Micros: at(0.99),
  };
}

/** HEADERS and DATA of one call, whose numbers are written in. */
function callFrames(block: Buffer): Buffer {
  const bytes = Buffer.alloc(2 * FRAME_HEADER_BYTES + block.length + MESSAGE_BYTES.length);
  const offset = writeFrame(bytes, 0, HEADERS, END_HEADERS, 0, block);
  MESSAGE_BYTES.copy(bytes, writeFrameHeader(bytes, offset, MESSAGE_BYTES.length, DATA, END_STREAM, 0));
  return bytes;
}

function envelope(): Buffer {
  const body = toBinary(
    EchoMsgSchema,
    create(EchoMsgSchema, { message: MESSAGE, n: 1, payload: createPayload(PAYLOAD_BYTES) }),
  );
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

answerLines(
  async (line) => {
    const [seconds = 1, connections = 1, inFlight = 1] = line.split(" ").map(Number);
    return JSON.stringify(await measure(Number(process.argv[2]), seconds, connections, inFlight));
  },
  () => {},
);
