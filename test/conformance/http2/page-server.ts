/** A server that answers every plain request with a page, for h2spec. Arguments: a certificate and its key, or none. */
import { readFileSync } from "node:fs";
import { createServer } from "gannet";

const [cert, key] = process.argv.slice(2);
const server = createServer({ onHttpRequest: () => ({ body: "a page, of some length\n" }) });
const tls =
  cert === undefined || key === undefined
    ? undefined
    : { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
const { port } = await server.listen("127.0.0.1:0", { tls });
console.log(`PORT ${port}`);
process.once("SIGTERM", () => void server.shutdown({ graceMs: 0 }));
