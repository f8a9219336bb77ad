import { HeaderKind, type HeaderList } from "../hpack/index.ts";

/** What was found about a header. Kept with its list, so that lists which come again are looked at once. */
export class CheckedHeader {
  /** What is wrong, for people; undefined where nothing is. */
  readonly problem: string | undefined;
  /** -1 where there is none. */
  readonly contentLength: number;

  constructor(problem: string | undefined, contentLength: number) {
    this.problem = problem;
    this.contentLength = contentLength;
  }
}

/** Looks at the header of a request (RFC 9113 §8.3.1). */
export function checkRequest(list: HeaderList): CheckedHeader {
  return check(list, findRequestProblem);
}

/** Looks at the header of a response (§8.3.2). */
export function checkResponse(list: HeaderList): CheckedHeader {
  return check(list, findResponseProblem);
}

function check(list: HeaderList, findProblem: (list: HeaderList) => string | undefined): CheckedHeader {
  if (list.checked instanceof CheckedHeader) return list.checked;
  const length = list.get("content-length");
  const isLengthGood = length === undefined || /^[0-9]{1,15}$/.test(length);
  const problem = findProblem(list) ?? (isLengthGood ? undefined : "`content-length` is no number");
  const checked = new CheckedHeader(problem, length === undefined ? -1 : Number(length));
  list.checked = checked;
  return checked;
}

function findRequestProblem(list: HeaderList): string | undefined {
  // A bit for each kind that may be there once.
  let seen = 0;
  let isRegularSeen = false;
  for (const { kind, name } of list.fields) {
    if (kind === HeaderKind.Plain) {
      isRegularSeen = true;
      continue;
    }
    if (kind === HeaderKind.Invalid || kind === HeaderKind.Status) {
      return `field \`${printable(name)}\` is not allowed in a request`;
    }
    if (kind > HeaderKind.Authority) isRegularSeen = true;
    else if (isRegularSeen) return `\`${name}\` stands behind a regular field`;
    if ((seen & (1 << kind)) !== 0) return `\`${name}\` is there twice`;
    seen |= 1 << kind;
  }
  const has = (kind: HeaderKind): boolean => (seen & (1 << kind)) !== 0;
  if (!has(HeaderKind.Method)) return "`:method` is missing";
  if (list.get(":method") === "CONNECT") {
    // §8.5
    const isWhole = has(HeaderKind.Authority) && !has(HeaderKind.Scheme) && !has(HeaderKind.Path);
    return isWhole ? undefined : "CONNECT has `:authority`, and neither `:scheme` nor `:path`";
  }
  if (!has(HeaderKind.Scheme)) return "`:scheme` is missing";
  if (!has(HeaderKind.Path) || list.get(":path") === "") return "`:path` is missing or empty";
  return undefined;
}

function findResponseProblem(list: HeaderList): string | undefined {
  let status: string | undefined;
  let isRegularSeen = false;
  for (const { kind, name, value } of list.fields) {
    const isRequestField = kind >= HeaderKind.Method && kind <= HeaderKind.Authority;
    if (kind === HeaderKind.Invalid || isRequestField) {
      return `field \`${printable(name)}\` is not allowed in a response`;
    }
    if (kind !== HeaderKind.Status) isRegularSeen = true;
    else if (isRegularSeen) return "`:status` stands behind a regular field";
    else if (status !== undefined) return "`:status` is there twice";
    else status = value;
  }
  if (status === undefined) return "`:status` is missing";
  return /^[1-9][0-9]{2}$/.test(status) ? undefined : "`:status` is no number of three digits";
}

/** What is wrong with a trailer (§8.1), for people: it has no pseudo-header fields. */
export function trailerProblem(list: HeaderList): string | undefined {
  for (const { kind, name } of list.fields) {
    const isPseudo = kind >= HeaderKind.Method && kind <= HeaderKind.Status;
    if (kind === HeaderKind.Invalid || isPseudo) return `field \`${printable(name)}\` is not allowed in a trailer`;
  }
  return undefined;
}

/** A name from the peer, fit to be shown. */
function printable(name: string): string {
  return name.slice(0, 100).replace(/[^\x20-\x7e]/g, "?");
}
