/** `client-process.js PORT KIND`: makes a call, and prints `middle` once the replies have come that come before that. */
import { createChannel, createClient } from "gannet";
import { callToMiddle, type Kind } from "./kinds.ts";
import { Probe } from "./probe_pb.ts";

const [port = "", kind = ""] = process.argv.slice(2);
const channel = createChannel(`http://127.0.0.1:${port}`);
await callToMiddle(createClient(Probe, channel), kind as Kind, () => console.log("middle"));
