import type { Party } from "./party.ts";

const [NO_ERROR, REFUSED_STREAM] = [0, 7] as const;

/** What happened around an exchange. */
export interface ExchangeCircumstances {
  /** Whether the connection ended otherwise than by both ends' will. */
  readonly isBroken: boolean;
  /** Whether the server has said that it takes no more streams. */
  readonly hasGoaway: boolean;
  /** Whether the server refused streams, as more were open than it allows. */
  readonly hasRefused: boolean;
}

/** Why an exchange may not have gone as it did; undefined where it may. */
export function findExchangeFault(
  client: Party | undefined,
  server: Party | undefined,
  around: ExchangeCircumstances,
): string | undefined {
  if (client === undefined) return around.isBroken || around.hasGoaway ? undefined : "it was never begun";
  return (
    faultOfClient(client, server, around) ?? (server === undefined ? undefined : faultOfServer(server, client, around))
  );
}

function faultOfClient(client: Party, server: Party | undefined, around: ExchangeCircumstances): string | undefined {
  const { reset } = client;
  if (reset === undefined) {
    if (client.ownReset !== undefined) return undefined;
    if (!client.hasHeardAll || !client.hasSaidAll) return "its client saw no end of it";
    return server?.hasSaidAll === true ? undefined : "its client saw an end that its server did not say";
  }
  if (reset.unprocessed) {
    if (server !== undefined) return "its client takes it as not looked at, which its server did";
    if (reset.unsent === true && around.isBroken) return undefined;
    return around.hasGoaway || around.hasRefused ? undefined : "it was not looked at for no reason";
  }
  if (reset.origin === "connection") return around.isBroken ? undefined : "its connection did not break";
  if (reset.origin === "violation") return `its client found fault: ${reset.message}`;
  if (reset.http2Code === REFUSED_STREAM) return "its client does not know that it was not looked at";
  const isAsSaid = server?.ownReset === reset.http2Code || (server?.isEarly === true && reset.http2Code === NO_ERROR);
  return isAsSaid ? undefined : `its client was told of a reset with ${reset.http2Code}, its server made none`;
}

function faultOfServer(server: Party, client: Party, around: ExchangeCircumstances): string | undefined {
  const { reset } = server;
  if (reset === undefined) {
    if (server.ownReset !== undefined) return undefined;
    if (server.isEarly) return server.stream?.isClosed === true ? undefined : "its early end has not left";
    return server.hasHeardAll && server.hasSaidAll ? undefined : "its server saw no end of it";
  }
  if (reset.unprocessed) return "its server takes it as not looked at";
  if (reset.origin === "connection") return around.isBroken ? undefined : "the server's connection did not break";
  if (reset.origin === "violation") return `its server found fault: ${reset.message}`;
  return client.ownReset === reset.http2Code
    ? undefined
    : `its server was told of a reset with ${reset.http2Code}, its client made none`;
}
