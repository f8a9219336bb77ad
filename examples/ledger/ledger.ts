import type { Handlers, ServerCall } from "gannet";
import type { Ledger } from "./ledger_pb.js";

/** Accounts in memory. Who calls is what an interceptor has found out. */
export function createLedger(callerOf: (call: ServerCall) => string): Handlers<typeof Ledger> {
  const accounts = new Map<string, bigint>();
  return {
    getBalance({ account }, call) {
      return { account, cents: accounts.get(account) ?? 0n, caller: callerOf(call) };
    },
    deposit({ account, cents }, call) {
      const sum = (accounts.get(account) ?? 0n) + cents;
      accounts.set(account, sum);
      return { account, cents: sum, caller: callerOf(call) };
    },
  };
}
