import type { Signal } from "../../core/index.ts";
import type { ConnectedPipe } from "../../net/index.ts";

/**
 * Connects to an address, such as `127.0.0.1:50051` or `unix:/tmp/server.sock`. Rejects with an error that says where
 * and why, or with the signal's reason. Injected, so that a test needs no network.
 */
export type Connector = (address: string, signal: Signal) => Promise<ConnectedPipe>;
