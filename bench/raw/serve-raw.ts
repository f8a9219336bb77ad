import { type AddressInfo, createServer, type Socket } from "node:net";
import { answerQuestions } from "../answer-lines.ts";

/** Serves each connection with what `connect` makes for it: prints the port, and answers questions. */
export function serveRaw(connect: (socket: Socket) => unknown): void {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    connect(socket);
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
  answerQuestions(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
}
