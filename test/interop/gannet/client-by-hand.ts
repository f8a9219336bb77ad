import { runCases } from "../peer/run-cases.ts";
import { GannetClientByHand } from "./gannet-client.ts";

await runCases((place) => new GannetClientByHand(place));
