/** What the clients of the balancers' benchmark have in common: who calls, as rings are hashed by. */
export const USER_KEY = "user";
const USERS = Array.from({ length: 1000 }, (_, index) => `user-${index}`);

/** The user that a call is for: some hundred at a time, in no order. */
export function userOf(n: number): string {
  return USERS[(n * 7919) % USERS.length] ?? "";
}

/** Splits the arguments `PORTS POLICY`: ports with commas between, and a policy with its config as JSON. */
export function readBalancedArgs(): { readonly target: string; readonly policy: object; readonly ports: string[] } {
  const [, , list = "", policy = ""] = process.argv;
  const ports = list.split(",");
  const target = `ipv4:${ports.map((port) => `127.0.0.1:${port}`).join()}`;
  return { target, policy: JSON.parse(policy) as object, ports };
}
