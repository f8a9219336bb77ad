import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import packet, { type Answer, type Packet } from "dns-packet";

/** What a name has. */
export interface DnsRecords {
  readonly A?: readonly string[];
  readonly AAAA?: readonly string[];
  /** Each record of one or more strings of up to 255 bytes. */
  readonly TXT?: readonly (readonly string[])[];
  readonly SRV?: readonly { target: string; port: number; priority: number; weight: number }[];
}

/** A question that came. */
export interface DnsQuestion {
  readonly name: string;
  readonly type: string;
  readonly over: "udp" | "tcp";
}

/** What questions for a name are answered with in place of records: a code of RFC 1035 §4.1.1, or nothing at all. */
export type DnsFailure = "SERVFAIL" | "REFUSED" | "silence";

const RCODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;
/** More goes over TCP (RFC 1035 §4.2.1). */
const MAX_UDP_BYTES = 512;
const TTL_S = 60;

/** A name server on loopback, over UDP and TCP, whose records a test changes. It knows nothing but them. */
export class DnsServer {
  /** All that came, in order. */
  readonly asked: DnsQuestion[] = [];
  readonly #names = new Map<string, DnsRecords>();
  readonly #failures = new Map<string, DnsFailure>();
  readonly #udp: UdpSocket;
  readonly #tcp: Server;
  readonly #sockets = new Set<Socket>();
  readonly #news = new EventEmitter();

  private constructor(udp: UdpSocket, tcp: Server) {
    this.#udp = udp;
    this.#tcp = tcp;
    udp.on("message", (bytes, from) => this.#onDatagram(bytes, from));
    tcp.on("connection", (socket) => this.#onConnection(socket));
  }

  /** Listens on a free port of 127.0.0.1. */
  static async listen(): Promise<DnsServer> {
    for (;;) {
      const udp = createSocket("udp4");
      udp.bind(0, "127.0.0.1");
      await once(udp, "listening");
      const { port } = udp.address();
      const tcp = createServer();
      const isFree = await new Promise<boolean>((resolve) => {
        tcp.once("listening", () => resolve(true));
        tcp.once("error", () => resolve(false));
        tcp.listen(port, "127.0.0.1");
      });
      if (isFree) return new DnsServer(udp, tcp);
      udp.close();
    }
  }

  /** As targets name it: `127.0.0.1:5353`. */
  get address(): string {
    return `127.0.0.1:${(this.#tcp.address() as AddressInfo).port}`;
  }

  /** From now on `name` has these records, and no others. */
  set(name: string, records: DnsRecords): void {
    this.#failures.delete(name);
    this.#names.set(name, records);
  }

  /** There is no such name any more. */
  remove(name: string): void {
    this.#failures.delete(name);
    this.#names.delete(name);
  }

  /** From now on questions for `name` are not answered with what it has. */
  fail(name: string, how: DnsFailure): void {
    this.#failures.set(name, how);
  }

  /** How often the name was asked for, with one type of question. */
  count(name: string, type = "A"): number {
    return this.asked.filter((question) => question.name === name && question.type === type).length;
  }

  /** Waits until the name was asked for so often. */
  async waitForCount(name: string, count: number, type = "A"): Promise<void> {
    while (this.count(name, type) < count) await once(this.#news, "question");
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, "close");
  }

  #onDatagram(bytes: Buffer, from: RemoteInfo): void {
    const answer = this.#answer(bytes, "udp");
    if (answer === undefined) return;
    const encoded = packet.encode(answer);
    const isTooLong = encoded.length > MAX_UDP_BYTES;
    const truncated = { ...answer, flags: (answer.flags ?? 0) | packet.TRUNCATED_RESPONSE, answers: [] };
    this.#udp.send(isTooLong ? packet.encode(truncated) : encoded, from.port, from.address);
  }

  #onConnection(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => {});
    let received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const answer = this.#answer(received.subarray(2, end), "tcp");
        received = received.subarray(end);
        if (answer === undefined) continue;
        const encoded = packet.encode(answer);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(encoded.length);
        socket.write(Buffer.concat([length, encoded]));
      }
    });
  }

  /** Undefined for no answer. */
  #answer(bytes: Buffer, over: "udp" | "tcp"): Packet | undefined {
    const { id = 0, questions = [] } = packet.decode(bytes);
    const [question] = questions;
    if (question === undefined) return undefined;
    const name = question.name.toLowerCase();
    this.asked.push({ name, type: question.type, over });
    this.#news.emit("question");
    const failure = this.#failures.get(name);
    if (failure === "silence") return undefined;
    const records = this.#names.get(name);
    const code = failure ?? (records === undefined ? "NXDOMAIN" : undefined);
    const answers = code === undefined && records !== undefined ? answersOf(question.name, question.type, records) : [];
    const flags = packet.AUTHORITATIVE_ANSWER | (code === undefined ? 0 : RCODES[code]);
    return { type: "response", id, flags, questions: [question], answers };
  }
}

function answersOf(name: string, type: string, records: DnsRecords): Answer[] {
  const common = { name, ttl: TTL_S, class: "IN" } as const;
  switch (type) {
    case "A":
    case "AAAA":
      return (records[type] ?? []).map((data) => ({ ...common, type, data }));
    case "TXT":
      return (records.TXT ?? []).map((strings) => ({ ...common, type, data: [...strings] }));
    case "SRV":
      return (records.SRV ?? []).map((data) => ({ ...common, type, data }));
    default:
      return [];
  }
}
