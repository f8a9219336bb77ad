/**
 * Reads streams of a server, faster than any server sends: `stream-sink PORT`, and on its input lines `stream COUNT SIZE`,
 * each answered with `StreamFigures`. It looks at every message: its length, its number, its bytes.
 */
import { connect, type Socket } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { answerLines, cpuMicros } from "../answer-lines.ts";
import { StreamReqSchema } from "../echo/echo_pb.ts";
import { DATA, END_HEADERS, END_STREAM, frame, HEADERS } from "../raw/frames.ts";
import { RawConnection } from "../raw/raw-connection.ts";
import type { StreamFigures } from "./measure-client.ts";
import { MessageChecker } from "./message-checker.ts";

const REQUEST_BLOCK = Buffer.concat([
  // :method POST, :scheme http, and then literals that are not kept. RFC 7541 §6.1, §6.2.2.
  Buffer.from([0x83, 0x86]),
  literal(":path", "/bench.Echo/Stream"),
  literal(":authority", "127.0.0.1"),
  literal("content-type", "application/grpc"),
  literal("te", "trailers"),
]);

class SinkConnection extends RawConnection {
  #checker: MessageChecker | undefined;
  #streamId = 1;
  #onEnd: () => void = () => {};

  constructor(socket: Socket) {
    super(socket, "client");
  }

  /** Resolves when the stream has ended. */
  async readStream(count: number, size: number): Promise<MessageChecker> {
    const checker = new MessageChecker(size);
    this.#checker = checker;
    const body = toBinary(StreamReqSchema, create(StreamReqSchema, { count, size }));
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.length, 1);
    const streamId = this.#streamId;
    this.#streamId += 2;
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve;
    });
    this.write(frame(HEADERS, END_HEADERS, streamId, REQUEST_BLOCK));
    this.write(frame(DATA, END_STREAM, streamId, Buffer.concat([prefix, body])));
    await ended;
    return checker;
  }

  protected override onFrame(
    type: number,
    flags: number,
    _streamId: number,
    bytes: Buffer,
    start: number,
    end: number,
  ): void {
    if (type === DATA) this.#checker?.take(bytes, start, end);
    if ((type === HEADERS || type === DATA) && (flags & END_STREAM) !== 0) this.#onEnd();
  }
}

function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0x00, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

const socket = connect({ port: Number(process.argv[2]), host: "127.0.0.1", noDelay: true });
const connection = new SinkConnection(socket);
answerLines(
  async (line) => {
    const [count = 1, size = 1] = line.split(" ").slice(1).map(Number);
    const cpuBefore = cpuMicros();
    const started = performance.now();
    const { messages, wrong } = await connection.readStream(count, size);
    const figures: StreamFigures = {
      messages,
      wrong: wrong + Math.abs(count - messages),
      seconds: (performance.now() - started) / 1_000,
      cpuMicros: cpuMicros() - cpuBefore,
    };
    return JSON.stringify(figures);
  },
  () => socket.destroy(),
);
