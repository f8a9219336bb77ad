import { CallHooks, type CallOutcome, type InterceptedServerCall, type MessageHook } from "../core/index.ts";
import { HandlerCall } from "./handler-call.ts";
import type { Http2ServerCall } from "./http2-server-call.ts";

/** The call as interceptors hold it, and behind them its handler. */
export class InterceptedHandlerCall extends HandlerCall implements InterceptedServerCall {
  readonly side = "server";
  readonly request: object | undefined;
  readonly hooks: CallHooks;

  constructor(call: Http2ServerCall, request: object | undefined) {
    super(call);
    this.request = request;
    this.hooks = new CallHooks(call.route.method);
  }

  onRequest(hook: MessageHook): void {
    this.hooks.onRequest(hook);
  }

  onResponse(hook: MessageHook): void {
    this.hooks.onResponse(hook);
  }

  onEnd(hook: (outcome: CallOutcome) => void): void {
    this.hooks.onEnd(hook);
  }

  reply(message: object): void {
    this.hooks.reply(message);
  }
}
