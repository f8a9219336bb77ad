import { create, type DescMessage, type DescMethod, type MessageInitShape } from "@bufbuild/protobuf";
import { dropRejection } from "./drop-rejection.ts";
import type { GrpcError } from "./grpc-error.ts";
import type { CallOutcome, MessageHook } from "./interceptor.ts";
import type { Metadata } from "./metadata.ts";
import { misuse } from "./misuse.ts";

type EndHook = (outcome: CallOutcome) => void;

/** What the interceptors of a call have left with it: their hooks, and an answer. */
export class CallHooks {
  readonly #method: DescMethod;
  #request: MessageHook[] | undefined;
  #response: MessageHook[] | undefined;
  #end: EndHook[] | undefined;
  #answer: object | undefined;

  constructor(method: DescMethod) {
    this.#method = method;
  }

  onRequest(hook: MessageHook): void {
    this.#request = added(this.#request, hook, "onRequest");
  }

  onResponse(hook: MessageHook): void {
    this.#response = added(this.#response, hook, "onResponse");
  }

  onEnd(hook: EndHook): void {
    this.#end = added(this.#end, hook, "onEnd");
  }

  /** What an interceptor answers with. It passes the hooks, as any reply does. */
  reply(message: object): void {
    const { methodKind, name, output } = this.#method;
    if (methodKind !== "unary" && methodKind !== "client_streaming") {
      throw misuse(TypeError, "GANNET_REPLY_STREAMED", `reply() is for calls with one reply; those of ${name} stream`);
    }
    this.#answer = this.response(complete(output, message));
  }

  /** Undefined where no interceptor answered, or what it answered is void. */
  get answer(): object | undefined {
    return this.#answer;
  }

  dropAnswer(): void {
    this.#answer = undefined;
  }

  /** The request that goes on: hooks get complete messages, whatever the caller gave. */
  request(message: object): object {
    const hooks = this.#request;
    if (hooks === undefined || !isObject(message)) return message;
    let current = complete(this.#method.input, message);
    for (const hook of hooks) current = replaced(this.#method.input, current, hook(current));
    return current;
  }

  /** The reply that goes on. The innermost interceptor sees it first. */
  response(message: object): object {
    const hooks = this.#response;
    if (hooks === undefined || !isObject(message)) return message;
    let current = complete(this.#method.output, message);
    for (const hook of [...hooks].reverse()) current = replaced(this.#method.output, current, hook(current));
    return current;
  }

  /** Whether anybody wants to know how the call ends. */
  get isEndAwaited(): boolean {
    return this.#end !== undefined;
  }

  /**
   * The call is over.
   *
   * @param onThrown told what a hook throws
   */
  end(
    error: GrpcError | undefined,
    trailer: () => Metadata,
    durationMs: number,
    onThrown: (error: unknown) => void,
  ): void {
    const hooks = this.#end;
    if (hooks === undefined) return;
    const outcome: CallOutcome = { code: error?.code ?? "OK", error, trailer: trailer(), durationMs };
    for (const hook of hooks) {
      try {
        dropRejection(hook(outcome), onThrown);
      } catch (thrown) {
        onThrown(thrown);
      }
    }
  }
}

/** A message with all its fields; bytes stay what they are. */
export function complete(schema: DescMessage, message: object): object {
  return message instanceof Uint8Array ? message : create(schema, message as MessageInitShape<DescMessage>);
}

// biome-ignore lint/suspicious/noConfusingVoidType: what a hook returns
function replaced(schema: DescMessage, message: object, replacement: object | undefined | void): object {
  return isObject(replacement) ? complete(schema, replacement) : message;
}

/** What is no message at all is refused where it is encoded. */
function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function added<H>(hooks: H[] | undefined, hook: H, name: string): H[] {
  if (typeof hook !== "function") {
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", `${name} takes a function, not ${typeof hook}`);
  }
  return hooks === undefined ? [hook] : [...hooks, hook];
}
