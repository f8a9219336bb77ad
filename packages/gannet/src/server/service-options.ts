import { checkInterceptors, checkNumber, checkOptionKeys, type ServerInterceptor } from "../core/index.ts";

/** How a server treats the calls of one service. */
export interface ServiceOptions {
  /**
   * Whether `maxConcurrentCalls` holds for its calls too. Those of a service without limit run at once and do not count,
   * such as a probe of health that has to be answered above all when there is much to do.
   *
   * @default true
   */
  readonly limited?: boolean | undefined;
  /**
   * Run around the calls of this service, the first outermost, and within those of the server.
   *
   * @default none
   */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
  /**
   * Largest request message of this service, in bytes.
   *
   * @default the server's `maxReceiveBytes`
   */
  readonly maxReceiveBytes?: number | undefined;
}

const KEYS: ReadonlySet<string> = new Set<keyof ServiceOptions>(["limited", "interceptors", "maxReceiveBytes"]);

/** @throws TypeError or RangeError for a key that is no option, or a value that cannot be */
export function checkServiceOptions(options: ServiceOptions): void {
  checkOptionKeys(options, KEYS, "add");
  checkInterceptors(options.interceptors, "add");
  checkNumber("maxReceiveBytes", options.maxReceiveBytes, 0);
}
