import type { DescField, DescMessage, DescOneof } from "@bufbuild/protobuf";
import { type Codec, isRawMessage } from "../codec/index.ts";
import { misuse, nearestName } from "../core/index.ts";
import type { Route, Routes } from "./route.ts";

/** A deeper message is the encoder's to refuse. */
const MAX_DEPTH = 100;

/** The same routes, whose replies are refused where they have a property that their message does not have. */
export class CheckedRoutes implements Routes {
  readonly #routes: Routes;
  readonly #checker = new ReplyChecker();
  readonly #checked = new Map<Route, Route>();

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  get(path: string): Route | undefined {
    const route = this.#routes.get(path);
    return route && this.#check(route);
  }

  forUnknown(path: string): Route | undefined {
    return this.#routes.forUnknown(path);
  }

  inJson(route: Route): Route {
    return this.#check(this.#routes.inJson(route));
  }

  hasService(typeName: string): boolean {
    return this.#routes.hasService(typeName);
  }

  #check(route: Route): Route {
    // Bytes have no properties to be wrong in.
    if (isRawMessage(route.method.output)) return route;
    let checked = this.#checked.get(route);
    if (checked === undefined) {
      checked = { ...route, replyCodec: new CheckedCodec(route.replyCodec, route.method.output, this.#checker) };
      this.#checked.set(route, checked);
    }
    return checked;
  }
}

class CheckedCodec implements Codec {
  readonly #codec: Codec;
  readonly #message: DescMessage;
  readonly #checker: ReplyChecker;

  constructor(codec: Codec, message: DescMessage, checker: ReplyChecker) {
    this.#codec = codec;
    this.#message = message;
    this.#checker = checker;
  }

  get kind(): Codec["kind"] {
    return this.#codec.kind;
  }

  maxBytes(message: object): number {
    this.#checker.check(this.#message, message, "", 0);
    return this.#codec.maxBytes(message);
  }

  encodeInto(message: object, out: Uint8Array, offset: number): number {
    return this.#codec.encodeInto(message, out, offset);
  }

  decode(bytes: Uint8Array, start: number, end: number): object {
    return this.#codec.decode(bytes, start, end);
  }
}

class ReplyChecker {
  readonly #members = new Map<DescMessage, ReadonlyMap<string, DescField | DescOneof>>();

  /** @throws TypeError GANNET_UNKNOWN_PROPERTY with the path of the property */
  check(type: DescMessage, message: unknown, path: string, depth: number): void {
    // A Struct is any JSON; where something else than an object stands for a message, the encoder knows what to say.
    if (typeof message !== "object" || message === null || type.typeName === "google.protobuf.Struct") return;
    if (depth > MAX_DEPTH) return;
    const members = this.#membersOf(type);
    for (const [key, value] of Object.entries(message)) {
      if (key === "$typeName" || key === "$unknown") continue;
      const member = members.get(key);
      if (member === undefined) throw unknownProperty(type, path + key, key, members);
      if (member.kind === "field") this.#checkField(member, value, path + key, depth + 1);
      else {
        const chosen = value as { readonly case?: string; readonly value?: unknown } | undefined;
        const field = member.fields.find(({ localName }) => localName === chosen?.case);
        if (field !== undefined) this.#checkField(field, chosen?.value, `${path}${key}.value`, depth + 1);
      }
    }
  }

  #checkField(field: DescField, value: unknown, path: string, depth: number): void {
    const { message } = field;
    if (message === undefined || value === undefined || value === null) return;
    if (field.fieldKind === "message") this.check(message, value, `${path}.`, depth);
    else if (typeof value === "object") {
      for (const [key, item] of Object.entries(value)) this.check(message, item, `${path}[${key}].`, depth);
    }
  }

  #membersOf(type: DescMessage): ReadonlyMap<string, DescField | DescOneof> {
    let members = this.#members.get(type);
    if (members === undefined) {
      members = new Map(type.members.map((member) => [member.localName, member]));
      this.#members.set(type, members);
    }
    return members;
  }
}

function unknownProperty(
  type: DescMessage,
  path: string,
  key: string,
  members: ReadonlyMap<string, DescField | DescOneof>,
): TypeError {
  const names = [...members.keys()];
  const meant = nearestName(key, names);
  const hint = meant === undefined ? `it has ${names.join(", ") || "none"}` : `did you mean ${meant}?`;
  return misuse(
    TypeError,
    "GANNET_UNKNOWN_PROPERTY",
    `a reply has ${path}, but ${type.typeName} has no ${key}; ${hint}`,
  );
}
