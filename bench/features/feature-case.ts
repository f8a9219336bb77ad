import type { CallOptions, ChannelOptions, Handlers, ServerCall, ServerOptions } from "gannet";
import type { Echo, EchoMsg } from "../echo/echo_pb.ts";

/** What is used of a build of gannet. */
export interface Build {
  readonly gannet: Pick<typeof import("gannet"), "createServer" | "createClient" | "createInMemoryChannel">;
  /** The service as that build's code knows it. */
  readonly service: typeof Echo;
}

/** Unary calls that have something. */
export interface FeatureCase {
  readonly name: string;
  /** This package's, where undefined. */
  readonly build?: Build;
  readonly server?: ServerOptions;
  readonly channel?: ChannelOptions;
  /** Of the n-th call. */
  options?(n: number): CallOptions;
  /** What the handler does before it answers. */
  handle?(call: ServerCall): unknown;
  /** What the caller does beside awaiting the reply. */
  look?(call: ReturnType<import("gannet").Client<typeof Echo>["unary"]>): Promise<unknown>;
  /** Before and after its calls of a round. */
  begin?(): void;
  end?(): void;
}

/** The handlers of a case: echoing is all they do where it asks for no more. */
export function handlersOf({ handle }: FeatureCase): Pick<Handlers<typeof Echo>, "unary"> {
  const reply = ({ message, n, payload }: EchoMsg) => ({ message, n, payload });
  if (handle === undefined) return { unary: async (request) => reply(request) };
  return {
    unary: async (request, call) => {
      const done = handle(call);
      if (done instanceof Promise) await done;
      return reply(request);
    },
  };
}
