import assert from "node:assert/strict";
import { test } from "node:test";
import type { DescService, Message } from "@bufbuild/protobuf";
import type { GenService } from "@bufbuild/protobuf/codegenv2";
import type { Handlers } from "../server/index.ts";
import type { Client } from "./client.ts";
import type { BidiStreamCall, ClientStreamCall, ServerStreamCall, UnaryCall } from "./client-call.ts";
import type {
  Feature,
  FeatureSchema,
  Point,
  PointSchema,
  RouteGuide,
  RouteNote,
  RouteSummary,
} from "./testdata/route_guide_pb.ts";

/** Compiles only where two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

type Then = GenService<{ then: { methodKind: "unary"; input: typeof PointSchema; output: typeof FeatureSchema } }>;

// Never run: that it compiles is the test.
async function calls(routes: Client<typeof RouteGuide>, loaded: Client<DescService>, dangerous: Client<Then>) {
  const unary: Same<ReturnType<typeof routes.getFeature>, UnaryCall<Feature>> = true;
  const several: Same<ReturnType<typeof routes.listFeatures>, ServerStreamCall<Feature>> = true;

  const points: Iterable<Point> | AsyncIterable<{ latitude: number }> = [];
  const summary = routes.recordRoute(points, { timeoutMs: 5 });
  const awaited: Same<typeof summary, UnaryCall<RouteSummary>> = true;
  const recording = routes.recordRoute({ timeoutMs: 5 });
  type PointInit = Parameters<typeof recording.send>[0];
  const byHand: Same<typeof recording, ClientStreamCall<PointInit, RouteSummary>> = true;

  const answered: Same<ReturnType<typeof answer>, ServerStreamCall<RouteNote>> = true;
  const answer = () => routes.routeChat([{ message: "a" }]);
  const chat = routes.routeChat();
  type NoteInit = Parameters<typeof chat.send>[0];
  const conversation: Same<typeof chat, BidiStreamCall<NoteInit, RouteNote>> = true;
  for await (const batch of chat.batches()) batch[0]?.message.toUpperCase();

  const message: Message | undefined = await loaded["getFeature"]?.({ latitude: 1 });
  const { name }: Feature = await dangerous.then$({ latitude: 1 });

  const promise: Promise<Feature> = routes.getFeature({});
  const handler: Handlers<typeof RouteGuide>["getFeature"] = (point) => routes.getFeature(point);
  await assert.rejects(routes.getFeature({}), { code: "ABORTED" });

  // @ts-expect-error misspelt request field
  void routes.getFeature({ latitute: 1 });
  // @ts-expect-error a request is required
  void routes.getFeature();
  // @ts-expect-error misspelt option
  void routes.getFeature({}, { timeout: 5 });
  // @ts-expect-error text for a binary key is no field of a reply
  void (await routes.getFeature({})).nick;
  // @ts-expect-error requests of another type
  void routes.recordRoute([{ message: "a" }]);
  // @ts-expect-error a request of another type
  void chat.send({ latitude: 1 });
  // @ts-expect-error replies come one by one: there is nothing to await
  void routes.listFeatures({}).then();
  // @ts-expect-error requests by hand: the call is not thenable
  void recording.then();
  // @ts-expect-error requests in an iterable: there is nothing to send
  void summary.send({});
  // @ts-expect-error no such method
  void routes.getFeatures({});
  // @ts-expect-error hidden under a safe name
  void dangerous.then;
  // @ts-expect-error what hears of the call is not for the caller
  void routes.getFeature({}).onEnd;
  return [promise, handler, unary, several, awaited, byHand, answered, conversation, message, name];
}

test("the types of clients are as the design has them", () => {
  assert.equal(typeof calls, "function");
});
