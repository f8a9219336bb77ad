import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { describeValue } from "../base/index.ts";
import { type Codec, type Codecs, rawMethodOf } from "../codec/index.ts";
import { checkService, misuse, nearestName, type ServerInterceptor } from "../core/index.ts";
import type { ServiceOptions } from "./service-options.ts";

/** A handler of any kind: what it takes and gives depends on the kind of its method. */
export type AnyHandler = (input: object, call: object) => unknown;

/** A method that a server answers. */
export interface Route {
  readonly method: DescMethod;
  readonly handler: AnyHandler;
  readonly requestCodec: Codec;
  readonly replyCodec: Codec;
  /** Whether `maxConcurrentCalls` holds for its calls. */
  readonly isLimited: boolean;
  /** Undefined where there are none, and calls need no chain. */
  readonly interceptors: readonly ServerInterceptor[] | undefined;
  /** Undefined where that of the server holds. */
  readonly maxReceiveBytes: number | undefined;
}

/** Finds the method of a call. */
export interface Routes {
  get(path: string): Route | undefined;
  /** A route for a path that has none of its own; undefined where nothing answers it, or it is malformed. */
  forUnknown(path: string): Route | undefined;
  /** The same route for calls whose messages are in JSON. */
  inJson(route: Route): Route;
  /** A service that was added, by its full name. */
  service(typeName: string): DescService | undefined;
}

/** The methods that a server answers, by path. */
export class RouteTable implements Routes {
  readonly #routes = new Map<string, Route>();
  readonly #services = new Map<string, DescService>();
  /** What answers where there is no route, but for the method. */
  #unknown: Omit<Route, "method" | "requestCodec" | "replyCodec"> | undefined;
  /** The routes for messages in JSON, each made when it is first needed. */
  readonly #jsonRoutes = new WeakMap<Route, Route>();
  readonly #codecs: Codecs;
  readonly #jsonCodecs: Codecs;

  constructor(codecs: Codecs, jsonCodecs: Codecs) {
    this.#codecs = codecs;
    this.#jsonCodecs = jsonCodecs;
  }

  get codecCounts(): Codecs["counts"] {
    return this.#codecs.counts;
  }

  get(path: string): Route | undefined {
    return this.#routes.get(path);
  }

  inJson(route: Route): Route {
    let inJson = this.#jsonRoutes.get(route);
    if (inJson === undefined) {
      const { input, output } = route.method;
      inJson = { ...route, requestCodec: this.#jsonCodecs.get(input), replyCodec: this.#jsonCodecs.get(output) };
      this.#jsonRoutes.set(route, inJson);
    }
    return inJson;
  }

  /** The services that were added, in their order. */
  services(): DescService[] {
    return [...this.#services.values()];
  }

  service(typeName: string): DescService | undefined {
    return this.#services.get(typeName);
  }

  /**
   * Adds a service.
   *
   * @param isPartial whether methods without a handler are left out, rather than refused
   * @throws TypeError for a handler that is missing or none
   */
  add(
    service: DescService,
    handlers: Readonly<Record<string, unknown>>,
    isPartial: boolean,
    options: ServiceOptions,
  ): void {
    checkService(service, "add");
    checkHandlers(service, handlers);
    if (this.#services.has(service.typeName))
      throw misuse(TypeError, "GANNET_SERVICE_TWICE", `service ${service.typeName} was added before`);
    refuseMisnamed(service, handlers);
    const routes = service.methods.map((method) => [method, handlers[method.localName]] as const);
    for (const [method, handler] of routes) {
      if (typeof handler === "function" || (isPartial && handler === undefined)) continue;
      const found = handler === undefined ? "has none" : `has ${describeValue(handler)}`;
      throw misuse(
        TypeError,
        "GANNET_HANDLER_MISSING",
        `${service.typeName} needs a handler \`${method.localName}\` for ${method.name}, but ${found}`,
      );
    }
    this.#services.set(service.typeName, service);
    const treatment = treatmentOf(options);
    for (const [method, handler] of routes) {
      if (typeof handler !== "function") continue;
      this.#routes.set(`/${service.typeName}/${method.name}`, {
        method,
        // Handlers may be methods of an instance.
        handler: handler.bind(handlers) as AnyHandler,
        requestCodec: this.#codecs.get(method.input),
        replyCodec: this.#codecs.get(method.output),
        ...treatment,
      });
    }
  }

  /**
   * Makes `handler` answer what has no route.
   *
   * @throws TypeError where there is one already, or this is none
   */
  addUnknown(handler: AnyHandler, options: ServiceOptions): void {
    if (typeof handler !== "function") {
      const what = `addUnknown takes a function that answers calls, not ${typeof handler}`;
      throw misuse(TypeError, "GANNET_HANDLER_MISSING", what);
    }
    if (this.#unknown !== undefined)
      throw misuse(TypeError, "GANNET_SERVICE_TWICE", "there is a handler for unknown methods already");
    this.#unknown = { handler, ...treatmentOf(options) };
  }

  forUnknown(path: string): Route | undefined {
    const method = this.#unknown === undefined ? undefined : rawMethodOf(path);
    if (method === undefined || this.#unknown === undefined) return undefined;
    const codec = this.#codecs.get(method.input);
    return { method, requestCodec: codec, replyCodec: codec, ...this.#unknown };
  }
}

/** @throws TypeError for what untyped code may give in the place of handlers */
function checkHandlers(service: DescService, handlers: unknown): void {
  if (typeof handlers !== "object" || handlers === null) {
    const what = `add takes the handlers of ${service.typeName} second, an object, not ${describeValue(handlers)}`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }
}

/**
 * Refuses functions under a name that must have been meant for a method without a handler: `PlaceOrder` for `placeOrder`,
 * and in plain objects also `placeOrdr`. An instance of a class may have methods of its own with any other name.
 */
function refuseMisnamed(service: DescService, handlers: Readonly<Record<string, unknown>>): void {
  const open = service.methods.filter(({ localName }) => handlers[localName] === undefined);
  if (open.length === 0) return;
  const localNames = new Set(service.methods.map(({ localName }) => localName));
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(handlers));
  for (const name of namesOf(handlers)) {
    if (localNames.has(name) || typeof handlers[name] !== "function") continue;
    const near = isPlain
      ? nearestName(
          name,
          open.map(({ localName }) => localName),
        )
      : undefined;
    const meant = open.find(({ localName }) => flat(localName) === flat(name))?.localName ?? near;
    if (meant === undefined) continue;
    const what = `${service.typeName} has no handler \`${name}\`; did you mean \`${meant}\`?`;
    throw misuse(TypeError, "GANNET_HANDLER_MISSING", what);
  }
}

/** Those of classes as well: their methods are not enumerable. */
function namesOf(handlers: object): string[] {
  const names = Object.keys(handlers);
  for (let type = Object.getPrototypeOf(handlers); type !== null && type !== Object.prototype; ) {
    names.push(
      ...Object.getOwnPropertyNames(type).filter(
        (name) => !("get" in (Object.getOwnPropertyDescriptor(type, name) ?? {})),
      ),
    );
    type = Object.getPrototypeOf(type);
  }
  return names;
}

function flat(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** How the calls of a route are treated. */
function treatmentOf({
  limited = true,
  interceptors = [],
  maxReceiveBytes,
}: ServiceOptions): Pick<Route, "isLimited" | "interceptors" | "maxReceiveBytes"> {
  return {
    isLimited: limited,
    interceptors: interceptors.length === 0 ? undefined : interceptors,
    maxReceiveBytes,
  };
}
