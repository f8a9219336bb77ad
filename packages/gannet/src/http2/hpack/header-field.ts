import { ENTRY_OVERHEAD_BYTES } from "./static-table.ts";

/** What a field means to HTTP/2. Decided once, when the field is made. */
export const HeaderKind = {
  /** Nothing in particular. */
  Plain: 0,
  Method: 1,
  Scheme: 2,
  Path: 3,
  Authority: 4,
  Status: 5,
  ContentLength: 6,
  Host: 7,
  /** Must not be there, or is malformed (RFC 9113 §8.2). */
  Invalid: 8,
} as const;
export type HeaderKind = (typeof HeaderKind)[keyof typeof HeaderKind];

const KINDS: ReadonlyMap<string, HeaderKind> = new Map([
  [":method", HeaderKind.Method],
  [":scheme", HeaderKind.Scheme],
  [":path", HeaderKind.Path],
  [":authority", HeaderKind.Authority],
  [":status", HeaderKind.Status],
  ["content-length", HeaderKind.ContentLength],
  ["host", HeaderKind.Host],
  // Fields of a connection rather than of a message (§8.2.2).
  ["connection", HeaderKind.Invalid],
  ["proxy-connection", HeaderKind.Invalid],
  ["keep-alive", HeaderKind.Invalid],
  ["transfer-encoding", HeaderKind.Invalid],
  ["upgrade", HeaderKind.Invalid],
]);

/** Fields whose values stay out of every table, as their guessing would pay (RFC 7541 §7.1.3). */
const SENSITIVE: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "cookie", "set-cookie"]);

/** One field of a header. Immutable, and shared between lists. */
export class HeaderField {
  readonly name: string;
  /** Text of one byte a character. */
  readonly value: string;
  /** As RFC 7541 §4.1 counts it. */
  readonly size: number;
  readonly kind: HeaderKind;

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.size = name.length + value.length + ENTRY_OVERHEAD_BYTES;
    this.kind = kindOf(name, value);
  }
}

/** Whether a field's value must be sent never-indexed. */
export function isSensitive(name: string): boolean {
  return SENSITIVE.has(name);
}

function kindOf(name: string, value: string): HeaderKind {
  if (!isValidName(name) || !isValidValue(value)) return HeaderKind.Invalid;
  if (name === "te" && value !== "trailers") return HeaderKind.Invalid;
  const kind = KINDS.get(name);
  if (kind !== undefined) return kind;
  // Pseudo-header fields are those above, and no others.
  return name.charCodeAt(0) === 0x3a ? HeaderKind.Invalid : HeaderKind.Plain;
}

/** A name is a token in lower case (RFC 9113 §8.2.1); a colon may start it. */
function isValidName(name: string): boolean {
  if (name.length === 0) return false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const isUpper = code >= 0x41 && code <= 0x5a;
    if (code <= 0x20 || code >= 0x7f || isUpper || (code === 0x3a && at > 0)) return false;
  }
  return name !== ":";
}

/** A value has neither NUL, CR nor LF, and no blank at its ends (§8.2.1). */
function isValidValue(value: string): boolean {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 0 || code === 0x0a || code === 0x0d) return false;
  }
  return !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1));
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
