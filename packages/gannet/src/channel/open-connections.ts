import type { SubchannelConnection } from "./subchannel/index.ts";

/** The connections of a channel, from their making until nothing of them is left. */
export class OpenConnections {
  readonly #open = new Set<SubchannelConnection>();
  #total = 0;

  add(connection: SubchannelConnection): void {
    this.#open.add(connection);
    this.#total++;
    void connection.closed.then(() => this.#open.delete(connection));
  }

  /** How many there are, and how many there were. */
  stats(): { readonly open: number; readonly total: number } {
    return { open: this.#open.size, total: this.#total };
  }

  /** Whether calls are under way on any, other than the channel's own. */
  get isUsed(): boolean {
    return [...this.#open].some((connection) => connection.isUsed);
  }

  /** Ends all, and their calls with `reason`. Resolves once nothing of them is left. */
  async close(reason: string): Promise<void> {
    const connections = [...this.#open];
    for (const connection of connections) connection.close(reason);
    await Promise.all(connections.map(({ closed }) => closed));
  }
}
