import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { rawMethodProto, rawServiceProto } from "./raw-protos.ts";
import { RAW_FILE, RAW_MESSAGE, type RawMessage } from "./raw-type.ts";

/** The four kinds of methods. */
export type MethodKind = DescMethod["methodKind"];

/** A method whose messages are bytes. */
export type RawMethod<K extends MethodKind = MethodKind> = DescMethod & {
  readonly methodKind: K;
  readonly input: RawMessage;
  readonly output: RawMessage;
};

/** Names that every object has, which methods have with a `$` behind them, as in generated code. */
type ReservedName = "constructor" | "toString" | "toJSON" | "valueOf";
type LocalName<N> = N extends string
  ? Uncapitalize<N> extends ReservedName
    ? `${Uncapitalize<N>}$`
    : Uncapitalize<N>
  : never;

/** A service whose messages are bytes: what `createClient` and `server.add` take, without a .proto file. */
export type RawService<M extends Readonly<Record<string, MethodKind>> = Readonly<Record<string, MethodKind>>> = Omit<
  DescService,
  "method"
> & { readonly method: { readonly [N in keyof M as LocalName<N>]: RawMethod<M[N]> } };

/** `MethodOptions.IdempotencyLevel`. */
const IDEMPOTENCY_UNKNOWN = 0;
const RESERVED: ReadonlySet<string> = new Set<ReservedName>(["constructor", "toString", "toJSON", "valueOf"]);

/**
 * Describes a service by the names of its methods, for messages that are bytes in whatever format: `Uint8Array` on the
 * client and in handlers.
 *
 * @param typeName such as `package.Service`
 * @param methods the kind of each method, by its name in the path: `{ Find: "unary" }` is called as `client.find(bytes)`
 * @throws TypeError for a name that cannot stand in a path
 */
export function rawService<const M extends Readonly<Record<string, MethodKind>>>(
  typeName: string,
  methods: M,
): RawService<M> {
  const service = new RawServiceDescriptor(typeName);
  for (const [name, kind] of Object.entries(methods)) service.add(name, kind);
  return service as unknown as RawService<M>;
}

/**
 * The method that a path names, taken for one that streams both ways: on the wire the others are special cases of that.
 * Undefined for a path that is not of the form `/package.Service/Method`.
 */
export function rawMethodOf(path: string): RawMethod<"bidi_streaming"> | undefined {
  const slash = path.lastIndexOf("/");
  if (!path.startsWith("/") || slash < 2 || slash === path.length - 1) return undefined;
  const service = new RawServiceDescriptor(path.slice(1, slash));
  return service.add(path.slice(slash + 1), "bidi_streaming") as RawMethod<"bidi_streaming">;
}

class RawServiceDescriptor implements DescService {
  readonly kind = "service";
  readonly typeName: string;
  readonly file = RAW_FILE;
  readonly methods: RawMethod[] = [];
  readonly method: Record<string, RawMethod> = {};
  readonly deprecated = false;

  constructor(typeName: string) {
    if (typeName === "") throw new TypeError("a service has a name");
    this.typeName = typeName;
  }

  add(name: string, kind: MethodKind): RawMethod {
    if (name === "" || name.includes("/")) throw new TypeError(`${JSON.stringify(name)} is no name of a method`);
    const method = new RawMethodDescriptor(this, name, kind) as RawMethod;
    this.methods.push(method);
    this.method[method.localName] = method;
    return method;
  }

  get name(): string {
    return this.typeName.slice(this.typeName.lastIndexOf(".") + 1);
  }

  get proto(): DescService["proto"] {
    return rawServiceProto(
      this.name,
      this.methods.map(({ proto }) => proto),
    );
  }

  toString(): string {
    return `service ${this.typeName}`;
  }
}

/** What costs something is made when it is asked for: a proxy makes one of these for each call. */
class RawMethodDescriptor implements DescMethod {
  readonly kind = "rpc";
  readonly name: string;
  readonly parent: DescService;
  readonly methodKind: MethodKind;
  readonly input = RAW_MESSAGE;
  readonly output = RAW_MESSAGE;
  readonly idempotency = IDEMPOTENCY_UNKNOWN;
  readonly deprecated = false;

  constructor(parent: DescService, name: string, methodKind: MethodKind) {
    this.parent = parent;
    this.name = name;
    this.methodKind = methodKind;
  }

  get localName(): string {
    const name = `${this.name.charAt(0).toLowerCase()}${this.name.slice(1)}`;
    return RESERVED.has(name) ? `${name}$` : name;
  }

  get proto(): DescMethod["proto"] {
    const { name, methodKind } = this;
    const isBidi = methodKind === "bidi_streaming";
    return rawMethodProto(
      name,
      isBidi || methodKind === "client_streaming",
      isBidi || methodKind === "server_streaming",
    );
  }

  toString(): string {
    return `rpc ${this.parent.typeName}.${this.name}`;
  }
}
