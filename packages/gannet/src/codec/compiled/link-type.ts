import type { DescMessage } from "@bufbuild/protobuf";
import type { CodecKind } from "../codec.ts";
import { fingerprintOf } from "../emit/index.ts";
import { interpretType } from "../interpreted/index.ts";
import { EvaluatedCode } from "./evaluated-code.ts";
import type { TypeCode } from "./type-code.ts";
import { createRuntime, type TypeRuntime } from "./type-runtime.ts";

/**
 * Where the code of a type is kept: with the type, so that it is made once however many channels and servers there are,
 * and goes when the type goes.
 */
const CODE = Symbol("gannet.codec");
/** Where code that was generated ahead of time waits until it is used. */
const GENERATED = Symbol("gannet.generated-codec");

/** The code of a type, and where it is from. */
export interface LinkedType {
  readonly kind: CodecKind;
  readonly code: TypeCode;
}

interface GeneratedCode {
  readonly fingerprint: string;
  readonly create: (runtime: TypeRuntime) => TypeCode;
}

interface CodeHolder {
  readonly [CODE]?: LinkedType;
  readonly [GENERATED]?: GeneratedCode;
}

/**
 * Gives codecs of a type the code that was generated for it, by `gannet gen --codecs`: what generated files call. Whatever
 * uses the type from then on has it, but for what is to be interpreted.
 *
 * @param fingerprint of the type that the code is for: `fingerprintOf`
 * @param create makes the code, when it is used first
 * @throws TypeError for a type that is frozen
 */
export function registerCodec(
  schema: DescMessage,
  fingerprint: string,
  create: (runtime: TypeRuntime) => TypeCode,
): void {
  const value: GeneratedCode = { fingerprint, create };
  Object.defineProperty(schema, GENERATED, { value, configurable: true });
}

/** Finds or makes the code of types, each when it is needed first, and of the types in its fields when those are. */
export class TypeLinker {
  readonly #canEvaluate: () => boolean;
  readonly #isInterpreting: boolean;
  /** What is not kept with its type: a frozen one, or what is interpreted. */
  readonly #own = new WeakMap<DescMessage, LinkedType>();

  /** @param isInterpreting whether no type has code of its own, be it evaluated or generated */
  constructor(isInterpreting = false, canEvaluate: () => boolean = isEvaluationAllowed) {
    this.#isInterpreting = isInterpreting;
    this.#canEvaluate = canEvaluate;
  }

  /** @throws Error for a type with code that was generated from another state of its .proto file */
  link(schema: DescMessage): LinkedType {
    const shared = this.#isInterpreting ? undefined : (schema as CodeHolder)[CODE];
    return shared ?? this.#own.get(schema) ?? this.#make(schema);
  }

  #make(schema: DescMessage): LinkedType {
    const runtime = createRuntime(schema, (type) => this.link(type).code);
    const generated = this.#isInterpreting ? undefined : (schema as CodeHolder)[GENERATED];
    let linked: LinkedType;
    if (generated !== undefined && isCurrent(schema, generated.fingerprint)) {
      linked = { kind: "ahead-of-time", code: generated.create(runtime) };
    } else if (!this.#isInterpreting && this.#canEvaluate()) {
      linked = { kind: "compiled", code: new EvaluatedCode(schema, runtime) };
    } else linked = { kind: "interpreted", code: interpretType(schema, runtime) };
    if (linked.kind === "interpreted" || !Object.isExtensible(schema)) this.#own.set(schema, linked);
    else Object.defineProperty(schema, CODE, { value: linked });
    return linked;
  }
}

/** Whether code is for the state in which the type is. */
function isCurrent(schema: DescMessage, fingerprint: string): boolean {
  if (fingerprint === fingerprintOf(schema)) return true;
  // These come with @bufbuild/protobuf, and descriptors themselves get new fields with a new version of that.
  if (schema.typeName.startsWith("google.protobuf.")) return false;
  throw new Error(
    `the codec that was generated for ${schema.typeName} is for another state of its .proto file, or another version of ` +
      "gannet: generate both files anew with gannet gen --codecs",
  );
}

/** Whether this environment lets source text be evaluated. */
function isEvaluationAllowed(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}
