import { createClient, createInMemoryChannel, createServer } from "gannet";
// Before the first call. It registers codecs for all messages of station.proto, and for those that they have in them.
import "./station_codec.js";
import { Station } from "./station_pb.js";

const server = createServer().add(Station, {
  report: ({ readings }) => ({
    readings: readings.length,
    highestCelsius: Math.max(...readings.map(({ celsius }) => celsius)),
  }),
});
const channel = createInMemoryChannel(server);
try {
  const station = createClient(Station, channel);
  const { readings, highestCelsius } = await station.report({
    name: "harbour",
    readings: [
      { at: { seconds: 1_767_225_600n }, celsius: 3.5 },
      { at: { seconds: 1_767_229_200n }, celsius: 4 },
    ],
  });
  console.log(`${readings} readings, at most ${highestCelsius} °C`);
  const { aheadOfTime, compiled, interpreted } = server.stats().codecs;
  console.log(`types with codecs: ${aheadOfTime} ahead of time, ${compiled} compiled, ${interpreted} interpreted`);
} finally {
  await channel.close();
  await server.shutdown();
}
