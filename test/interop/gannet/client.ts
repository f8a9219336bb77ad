import { runCases } from "../peer/run-cases.ts";
import { GannetClient } from "./gannet-client.ts";

await runCases((place) => new GannetClient(place));
