/** One case of a report in JUnit's XML. */
export interface JunitCase {
  readonly name: string;
  readonly suite: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** Why it failed; empty otherwise. */
  readonly text: string;
}

/** Reads what h2spec writes: cases in their order, their suite by `package`, or by what is around them. */
export function readJunit(xml: string): JunitCase[] {
  return [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)].map(([, head = "", body = ""]) => ({
    name: readAttribute(head, "classname") ?? readAttribute(head, "name") ?? "",
    suite: readAttribute(head, "package") ?? "",
    outcome: /<(?:failure|error)\b/.test(body) ? "failed" : /<skipped\b/.test(body) ? "skipped" : "passed",
    text: decode(body.replaceAll(/<\/?[\w-]+[^>]*>/g, "").trim()),
  }));
}

function readAttribute(head: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\b${name}="([^"]*)"`).exec(head) ?? [];
  return value === undefined ? undefined : decode(value);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function decode(text: string): string {
  return text
    .replaceAll(/&#(x?)([\da-fA-F]+);/g, (_, hex: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, hex === "" ? 10 : 16)),
    )
    .replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? "");
}
