import type { DescService } from "@bufbuild/protobuf";
import { PropertyCheck } from "../protocol/index.ts";
import type { Route, Routes } from "./route.ts";

/** The same routes, whose replies are refused where they have a property that their message does not have. */
export class CheckedRoutes implements Routes {
  readonly #routes: Routes;
  readonly #properties = new PropertyCheck("reply");
  readonly #checked = new Map<Route, Route>();

  constructor(routes: Routes) {
    this.#routes = routes;
  }

  get(path: string): Route | undefined {
    const route = this.#routes.get(path);
    return route && this.#check(route);
  }

  forUnknown(path: string): Route | undefined {
    return this.#routes.forUnknown(path);
  }

  inJson(route: Route): Route {
    return this.#check(this.#routes.inJson(route));
  }

  service(typeName: string): DescService | undefined {
    return this.#routes.service(typeName);
  }

  #check(route: Route): Route {
    let checked = this.#checked.get(route);
    if (checked === undefined) {
      checked = { ...route, replyCodec: this.#properties.before(route.replyCodec, route.method.output) };
      this.#checked.set(route, checked);
    }
    return checked;
  }
}
