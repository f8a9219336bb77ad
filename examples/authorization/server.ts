import { join } from "node:path";
import { certificateFiles, createServer, shutdownOnSignals } from "gannet";
import { createLedger } from "../ledger/ledger.js";
import { Ledger } from "../ledger/ledger_pb.js";
import { allowByRole, rolesOfCertificate } from "./roles.js";

const folder = process.env["AUTH_FOLDER"] ?? "authorization-files";
const address = process.env["AUTH_ADDRESS"] ?? "localhost:50443";
const file = (name: string) => join(folder, name);

const rules = {
  [`/${Ledger.typeName}/GetBalance`]: ["auditor", "teller"],
  [`/${Ledger.typeName}/Deposit`]: ["teller"],
};
const server = createServer({ interceptors: [allowByRole(rules, rolesOfCertificate)] });
server.add(
  Ledger,
  createLedger(({ peer }) => peer.identity?.commonName ?? ""),
);

const identity = certificateFiles({ cert: file("server.crt"), key: file("server.key"), ca: file("ca.crt") });
const { port } = await server.listen(address, { tls: { identity, clientCertificates: "require" } });
console.log(`listening on port ${port}`);
shutdownOnSignals(server);
