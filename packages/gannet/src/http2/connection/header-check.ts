import { HeaderKind, type HeaderList } from "../hpack/index.ts";

/** What a check found; the text says what is wrong. */
export type HeaderProblem = string | undefined;

const checkedRequests = new WeakMap<HeaderList, HeaderProblem | null>();

/** What is wrong with the header of a request (RFC 9113 §8.3.1). Lists that come again are looked at once. */
export function requestProblem(list: HeaderList): HeaderProblem {
  const known = checkedRequests.get(list);
  if (known !== undefined) return known ?? undefined;
  const problem = findRequestProblem(list);
  checkedRequests.set(list, problem ?? null);
  return problem;
}

function findRequestProblem(list: HeaderList): HeaderProblem {
  const seen = new Set<HeaderKind>();
  let isRegularSeen = false;
  for (const { kind, name } of list.fields) {
    if (kind === HeaderKind.Invalid || kind === HeaderKind.Status)
      return `field \`${printable(name)}\` is not allowed in a request`;
    const isPseudo = kind >= HeaderKind.Method && kind <= HeaderKind.Authority;
    if (!isPseudo) isRegularSeen = true;
    else if (isRegularSeen) return `\`${name}\` stands behind a regular field`;
    const isSingle = isPseudo || kind === HeaderKind.Host || kind === HeaderKind.ContentLength;
    if (isSingle && seen.has(kind)) return `\`${name}\` is there twice`;
    if (isSingle) seen.add(kind);
  }
  const isConnect = list.get(":method") === "CONNECT";
  if (!seen.has(HeaderKind.Method)) return "`:method` is missing";
  if (isConnect) return undefined;
  if (!seen.has(HeaderKind.Scheme)) return "`:scheme` is missing";
  if (!seen.has(HeaderKind.Path) || list.get(":path") === "") return "`:path` is missing or empty";
  return undefined;
}

/** What is wrong with the header of a response (§8.3.2). */
export function responseProblem(list: HeaderList): HeaderProblem {
  let status: string | undefined;
  let isRegularSeen = false;
  for (const { kind, name, value } of list.fields) {
    const isRequestField = kind >= HeaderKind.Method && kind <= HeaderKind.Authority;
    if (kind === HeaderKind.Invalid || isRequestField)
      return `field \`${printable(name)}\` is not allowed in a response`;
    if (kind !== HeaderKind.Status) isRegularSeen = true;
    else if (isRegularSeen) return "`:status` stands behind a regular field";
    else if (status !== undefined) return "`:status` is there twice";
    else status = value;
  }
  if (status === undefined) return "`:status` is missing";
  return /^[1-9][0-9]{2}$/.test(status) ? undefined : "`:status` is no number of three digits";
}

/** What is wrong with a trailer (§8.1): it has no pseudo-header fields. */
export function trailerProblem(list: HeaderList): HeaderProblem {
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
