import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  type ClientInterceptor,
  checkOptions,
  checkService,
  interceptorList,
  type OptionChecks,
  type Transport,
} from "../core/index.ts";
import type { Client, UnsafeName } from "./client.ts";
import { bindMethod } from "./client-method.ts";
import { checkTransport, interceptTransport } from "./intercept-transport.ts";
import { sharedSignals } from "./shared-signals.ts";

/** What a client is made with. */
export interface ClientOptions {
  /**
   * Run around the calls of this client, the first outermost, and outside of those of the channel.
   *
   * @default none
   */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
}

const CHECKS: OptionChecks<ClientOptions> = { interceptors: interceptorList };

/** What `await`, `return` from an async function and assignment to a prototype look for. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set<UnsafeName>(["then", "__proto__"]);

/**
 * Makes a client of a service: an object with a function for each method. It holds nothing, and need not be closed; the
 * transport, most often a channel, is for any number of clients.
 *
 * @throws TypeError where these are not a service and a transport, or for an unknown option
 */
export function createClient<S extends DescService>(
  service: S,
  transport: Transport,
  options: ClientOptions = {},
): Client<S> {
  checkService(service, "createClient");
  checkTransport(transport, "createClient takes a transport second");
  checkOptions(options, CHECKS, "createClient");
  const intercepted = interceptTransport(transport, options.interceptors);
  // Nothing is inherited, so that methods may have any name.
  const client: Record<string, unknown> = Object.create(null);
  for (const method of service.methods) {
    client[exposedName(method)] = bindMethod({
      method,
      transport: intercepted,
      signals: sharedSignals,
      ambient: transport.ambient,
    });
  }
  return client as Client<S>;
}

function exposedName({ localName }: DescMethod): string {
  return UNSAFE_NAMES.has(localName) ? `${localName}$` : localName;
}
