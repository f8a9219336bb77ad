import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { describeValue } from "../base/index.ts";
import { checkOptionKeys, nearestName } from "./check-options.ts";
import { CODE_NAMES, type Code, type ErrorCode } from "./code.ts";
import { Metadata, type MetadataInit } from "./metadata.ts";
import { misuse } from "./misuse.ts";

/** Known under its name, so that errors of another copy of this package have it too. */
const BRAND = Symbol.for("gannet.GrpcError");

/** Marks what a server said, as opposed to what was made here. */
const RECEIVED = Symbol.for("gannet.GrpcError.received");

const ERROR_CODES: ReadonlySet<string> = new Set<string>(CODE_NAMES.filter((name) => name !== "OK"));

/** Marks what a channel found itself, such as that there is nobody at an address. */
const LOCAL = Symbol.for("gannet.GrpcError.local");

/** A detail of an error: an encoded message and the full name of its type. */
export interface ErrorDetail {
  readonly typeName: string;
  readonly value: Uint8Array;
}

/** Makes a detail of an error from a message, as `google.rpc.Status` carries it. */
export function detail<D extends DescMessage>(schema: D, init: MessageInitShape<D>): ErrorDetail {
  return { typeName: schema.typeName, value: toBinary(schema, create(schema, init)) };
}

/** What may be said of an error beside its code and message. */
export interface GrpcErrorOptions {
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly trailer?: MetadataInit | undefined;
  /** Kept on this side for logs; never sent. */
  readonly cause?: unknown;
}

const KEYS: ReadonlySet<string> = new Set(
  Object.keys({ details: 0, trailer: 0, cause: 0 } satisfies Record<keyof GrpcErrorOptions, 0>),
);

/** What a failed call throws on the client, and what a handler throws to fail a call. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: ErrorCode;
  /** The status message alone, without the code. */
  readonly reason: string;
  readonly details: readonly ErrorDetail[];
  #trailer: Metadata | undefined;
  readonly #trailerInit: MetadataInit | undefined;

  /**
   * @param message Sent to the client as it is: keep secrets out of it.
   * @throws TypeError GANNET_INVALID_ARGUMENT for what is no code of an error, or no detail
   */
  constructor(code: ErrorCode, message: string, options: GrpcErrorOptions = {}) {
    checkOptionKeys(options, KEYS, "a GrpcError");
    if (!ERROR_CODES.has(code)) throw noCode(code);
    const { details } = options;
    if (details !== undefined) checkDetails(details);
    super(`${code}: ${message}`, options.cause === undefined ? undefined : { cause: options.cause });
    Object.defineProperty(this, BRAND, { value: true });
    this.code = code;
    this.reason = message;
    this.details = details ?? [];
    this.#trailerInit = options.trailer;
  }

  /** The metadata behind the last message. */
  get trailer(): Metadata {
    this.#trailer ??= this.#trailerInit instanceof Metadata ? this.#trailerInit : new Metadata(this.#trailerInit);
    return this.#trailer;
  }

  /** The first detail of this type. */
  detail<D extends DescMessage>(schema: D): MessageShape<D> | undefined {
    const found = this.details.find(({ typeName }) => typeName === schema.typeName);
    return found === undefined ? undefined : fromBinary(schema, found.value);
  }

  /**
   * Whether something is a GrpcError, and of one of these codes where any are given. Errors of another copy of this
   * package count too.
   */
  static is<C extends ErrorCode = ErrorCode>(error: unknown, ...codes: C[]): error is GrpcError & { readonly code: C } {
    if (!isBranded(error)) return false;
    const { code } = error;
    return codes.length === 0 || (codes as readonly Code[]).includes(code);
  }
}

function noCode(code: unknown): TypeError {
  const meant = typeof code === "string" && code !== "OK" ? nearestName(code, [...ERROR_CODES]) : undefined;
  const hint = meant === undefined ? 'a GrpcError has one such as "NOT_FOUND"' : `did you mean "${meant}"?`;
  return misuse(TypeError, "GANNET_INVALID_ARGUMENT", `${describeValue(code)} is no code of an error; ${hint}`);
}

function checkDetails(details: readonly ErrorDetail[]): void {
  if (!Array.isArray(details)) {
    const what = `the details of a GrpcError are an array, not ${describeValue(details)}`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
  for (const [index, one] of details.entries()) {
    if (isDetail(one)) continue;
    const what = `details[${index}] of a GrpcError is ${describeValue(one)}, and not what detail(Schema, { … }) makes`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
}

/** Whether this is what `detail` makes. */
export function isDetail(value: unknown): value is ErrorDetail {
  const { typeName, value: bytes } = Object(value) as { readonly [K in keyof ErrorDetail]?: unknown };
  return typeof typeName === "string" && bytes instanceof Uint8Array;
}

function isBranded(error: unknown): error is GrpcError {
  try {
    return typeof error === "object" && error !== null && BRAND in error;
  } catch {
    // A proxy may throw at whatever it is asked.
    return false;
  }
}

/** Makes the error that a server ended a call with. */
export function receivedError(code: ErrorCode, message: string, options: GrpcErrorOptions): GrpcError {
  return Object.defineProperty(new GrpcError(code, message, options), RECEIVED, { value: true });
}

/** Says of an error that no server has sent it: its text may tell of addresses and certificates on this side. */
export function markLocal(error: GrpcError): GrpcError {
  if (!(RECEIVED in error)) Reflect.defineProperty(error, LOCAL, { value: true });
  return error;
}

/** Whether an error tells of this side of a call that was made here, and not of what was asked for. */
export function isLocal(error: GrpcError): boolean {
  return LOCAL in error;
}

/**
 * The error as it may go on to a client. What another server said goes on with its code and text only: its details and
 * trailer were meant for us. Of what a channel found the client gets no more than the code.
 */
export function forwardableError(error: GrpcError): GrpcError {
  const { code, reason } = error;
  if (isLocal(error)) return new GrpcError(code, "a call that the server made for this one failed", { cause: error });
  return RECEIVED in error ? new GrpcError(code, reason, { cause: error }) : error;
}
