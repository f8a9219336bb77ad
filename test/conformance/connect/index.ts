/**
 * The Connect conformance suite, for the gRPC protocol: its reference client and server, and grpc-go's, against a
 * server and a client of ours. Not for what the suite leaves out, such as connections that are lost: see
 * test/robustness. Start with connect-suite.ts.
 */
export { connectSuite } from "./connect-suite.ts";
