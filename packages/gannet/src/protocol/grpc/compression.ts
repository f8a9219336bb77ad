import { type Compressor, GrpcError, misuse, textOfThrown } from "../../core/index.ts";
import { type MessageRole, takerOf } from "./message-role.ts";

/** A token (RFC 9110 §5.6.2), in lower case as all of gRPC has them. */
const NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
const IDENTITY = "identity";

/** The compressors of a server or channel (grpc/doc/compression.md). */
export class CompressorSet {
  /** What `grpc-accept-encoding` says of it. */
  readonly acceptEncoding: string;
  /** The preferred one. */
  readonly first: Compressor | undefined;
  readonly #byName: ReadonlyMap<string, Compressor>;

  /**
   * @param compressors in order of preference
   * @throws TypeError GANNET_INVALID_OPTION for what is none, or is there twice
   */
  constructor(compressors: readonly Compressor[]) {
    for (const [index, compressor] of compressors.entries()) {
      const problem = findProblem(compressor, compressors.slice(0, index));
      if (problem !== undefined) throw misuse(TypeError, "GANNET_INVALID_OPTION", `compressors[${index}] ${problem}`);
    }
    this.#byName = new Map(compressors.map((compressor) => [compressor.name, compressor]));
    this.first = compressors[0];
    this.acceptEncoding = [IDENTITY, ...this.#byName.keys()].join();
  }

  /** The one of this name; undefined where it is not known. */
  get(name: string): Compressor | undefined {
    return this.#byName.get(name);
  }

  /**
   * The one to answer with; undefined where the peer takes none of these.
   *
   * @param accepted the peer's `grpc-accept-encoding`
   * @param used what the peer compresses with: it knows that one best
   */
  choose(accepted: string, used: Compressor | undefined): Compressor | undefined {
    const names = new Set(accepted.split(",").map((name) => name.trim()));
    if (used !== undefined && names.has(used.name)) return used;
    for (const [name, compressor] of this.#byName) if (names.has(name)) return compressor;
    return undefined;
  }
}

function findProblem(compressor: Compressor, others: readonly Compressor[]): string | undefined {
  const { name, compress, decompress } = compressor ?? {};
  if (typeof compress !== "function" || typeof decompress !== "function" || typeof name !== "string")
    return "is no compressor: that has a `name`, `compress` and `decompress`";
  if (name === IDENTITY || !NAME.test(name))
    return `has the name ${JSON.stringify(name)}, which is not one that can be sent`;
  return others.some((other) => other.name === name) ? `has the name ${name}, as another has` : undefined;
}

/**
 * Takes a message apart that came compressed.
 *
 * @throws GrpcError RESOURCE_EXHAUSTED where it has more than `maxBytes`, INTERNAL where it cannot be decompressed
 */
export function decompress(compressor: Compressor, bytes: Uint8Array, maxBytes: number, role: MessageRole): Uint8Array {
  let message: Uint8Array;
  try {
    message = compressor.decompress(bytes, maxBytes);
  } catch (error) {
    if (GrpcError.is(error, "RESOURCE_EXHAUSTED")) throw tooLarge(role, maxBytes, error);
    throw undecompressable(compressor.name, error);
  }
  if (message.length > maxBytes) throw tooLarge(role, maxBytes, undefined);
  return message;
}

function undecompressable(name: string, cause: unknown): GrpcError {
  return new GrpcError("INTERNAL", `a message cannot be decompressed with ${name}: ${textOfThrown(cause)}`, { cause });
}

function tooLarge(role: MessageRole, maxBytes: number, cause: unknown): GrpcError {
  const what = `a ${role} is, decompressed, larger than the ${maxBytes} bytes that ${takerOf(role)}`;
  return new GrpcError("RESOURCE_EXHAUSTED", what, { cause });
}
