import { GrpcError } from "./grpc-error.ts";
import { misuse } from "./misuse.ts";

/** What interceptors run around. */
export interface Interceptable {
  /** Whether an interceptor has answered the call. */
  readonly isAnswered: boolean;
  /** Whether what `goOn` does has ended, and well: then nobody need wait for its promise. */
  readonly hasSucceeded: boolean;
  /** What an interceptor answered is void, as one further out has failed. */
  dropAnswer(): void;
  /** What the innermost `next()` does: settles when the call has ended. Need not be handled where it rejects. */
  goOn(): Promise<void>;
}

type AnyInterceptor<C> = (call: C, next: () => Promise<void>) => Promise<void>;

/**
 * Runs interceptors around a call, the first outermost. A promise for each, beside its own: where something follows calls
 * through promises, as AsyncLocalStorage does, each promise costs as much as all the rest. Nothing that layers share was
 * faster.
 *
 * @returns settles with the outermost interceptor; rejects with what the call fails with
 */
export function runInterceptors<C>(
  interceptors: readonly AnyInterceptor<C>[],
  call: C,
  inside: Interceptable,
  index = 0,
): Promise<void> {
  const interceptor = interceptors[index];
  return interceptor === undefined ? inside.goOn() : runLayer(interceptor, interceptors, call, inside, index);
}

function runLayer<C>(
  interceptor: AnyInterceptor<C>,
  interceptors: readonly AnyInterceptor<C>[],
  call: C,
  inside: Interceptable,
  index: number,
): Promise<void> {
  const isInnermost = index === interceptors.length - 1;
  let inner: Promise<void> | undefined;
  let hasSucceeded = false;
  const next = (): Promise<void> => {
    if (inner !== undefined) throw misuse(TypeError, "GANNET_NEXT_TWICE", "an interceptor called next() twice");
    inner = runInterceptors(interceptors, call, inside, index + 1);
    // An interceptor need not wait for it.
    if (!isInnermost) {
      inner.then(() => {
        hasSucceeded = true;
      }, ignore);
    }
    return inner;
  };
  const fail = (error: unknown): never => {
    inside.dropAnswer();
    throw error;
  };
  const finish = (): void | Promise<void> => {
    if (inside.isAnswered) return undefined;
    if (inner === undefined) {
      return fail(new GrpcError("INTERNAL", "an interceptor neither called next() nor answered the call by reply()"));
    }
    // To swallow an error does not make a success of the call, nor does it to return early.
    return (isInnermost ? inside.hasSucceeded : hasSucceeded) ? undefined : inner.catch(fail);
  };
  return start(interceptor, call, next).then(finish, fail);
}

/** What is thrown before the first `await` of what is no async function is thrown all the same. */
function start<C>(interceptor: AnyInterceptor<C>, call: C, next: () => Promise<void>): Promise<void> {
  try {
    return Promise.resolve(interceptor(call, next));
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

function ignore(): void {}
