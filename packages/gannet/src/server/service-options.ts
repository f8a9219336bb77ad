import {
  checkOptions,
  flag,
  interceptorList,
  numberFrom,
  type OptionChecks,
  type ServerInterceptor,
} from "../core/index.ts";

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

const CHECKS: OptionChecks<ServiceOptions> = {
  limited: flag,
  interceptors: interceptorList,
  maxReceiveBytes: numberFrom(0),
};

/** @throws TypeError or RangeError for a key that is no option, or a value that cannot be */
export function checkServiceOptions(options: ServiceOptions): void {
  checkOptions(options, CHECKS, "add");
}
