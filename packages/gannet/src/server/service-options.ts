import { checkOptionKeys } from "../core/index.ts";

/** How a server treats the calls of one service. */
export interface ServiceOptions {
  /**
   * Whether `maxConcurrentCalls` holds for its calls too. Those of a service without limit run at once and do not count,
   * such as a probe of health that has to be answered above all when there is much to do.
   *
   * @default true
   */
  readonly limited?: boolean | undefined;
}

const KEYS: ReadonlySet<string> = new Set<keyof ServiceOptions>(["limited"]);

/** @throws TypeError for a key that is no option */
export function checkServiceOptions(options: ServiceOptions): void {
  checkOptionKeys(options, KEYS, "add");
}
