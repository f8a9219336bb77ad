import type { DescMethod, DescService } from "@bufbuild/protobuf";
import {
  CODE_NAMES,
  checkOptions,
  type ErrorCode,
  misuse,
  nearestName,
  numberFrom,
  type OptionChecks,
  oneOf,
  text,
} from "../../core/index.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** Something that goes wrong with calls, and which calls those are. */
export interface CallFault {
  /**
   * The method, as `package.Service/Method` or, as in `call.path`, with a slash before it; or all of a service, as
   * `package.Service`.
   *
   * @default every method
   */
  readonly method?: string | undefined;
  /**
   * How many calls go well first, of those that `method` names.
   *
   * @default 0
   */
  readonly skip?: number | undefined;
  /**
   * How many calls it happens to.
   *
   * @default no limit
   */
  readonly times?: number | undefined;
  /**
   * How likely it is, from 0 to 1, decided for each call by the seed.
   *
   * @default 1
   */
  readonly probability?: number | undefined;
  /**
   * Milliseconds by which the call starts later. Its deadline does not wait.
   *
   * @default 0
   */
  readonly delayMs?: number | undefined;
  /**
   * What the call fails with.
   *
   * @default nothing: the call goes on
   */
  readonly code?: ErrorCode | undefined;
  /**
   * The text of the failure.
   *
   * @default "injected fault"
   */
  readonly reason?: string | undefined;
  /**
   * Fails behind so many replies, and the server sees the call cancelled.
   *
   * @default the call fails before it reaches the server
   */
  readonly afterReplies?: number | undefined;
}

const CHECKS: OptionChecks<CallFault> = {
  method: text,
  skip: numberFrom(0),
  times: numberFrom(0),
  probability: numberFrom(0, 1),
  delayMs: numberFrom(0),
  code: oneOf(...CODE_NAMES.slice(1)),
  reason: text,
  afterReplies: numberFrom(0),
};

/** A fault and how often it has been asked for. */
export class CountedFault {
  readonly fault: CallFault;
  #matched = 0;
  #happened = 0;

  /** @throws TypeError for a key that is none, or a fault that does nothing */
  constructor(fault: CallFault) {
    checkOptions(fault, CHECKS, "a call fault");
    const isIdle = fault.code === undefined && fault.delayMs === undefined;
    const isWithoutCode = fault.code === undefined && (fault.afterReplies ?? fault.reason) !== undefined;
    if (isIdle || isWithoutCode) {
      throw misuse(TypeError, "GANNET_INVALID_OPTION", "a call fault has a code to fail with, or a delayMs");
    }
    this.fault = fault;
  }

  /**
   * Refuses a method that a service does not have, once a call shows the service.
   *
   * @throws TypeError GANNET_INVALID_ARGUMENT, with what was perhaps meant
   */
  checkMethod(service: DescService): void {
    const name = this.fault.method?.replace(/^\//, "");
    if (name === undefined || name === service.typeName) return;
    const [owner = "", method = ""] = name.includes("/") ? name.split("/") : ["", name];
    const isOwner = owner === service.typeName;
    const methods = service.methods.flatMap((each) => [each.name, each.localName]);
    if (isOwner && service.methods.some((each) => each.name === method)) return;
    // Without its package, or without its service.
    const isMeant = service.typeName.endsWith(`.${owner}`) || owner.toLowerCase() === service.typeName.toLowerCase();
    const isShort = owner === "" && (methods.includes(method) || service.typeName.endsWith(`.${method}`));
    if (!isOwner && !isMeant && !isShort) return;
    const near = nearestName(method, methods);
    const found = service.methods.find((each) => near !== undefined && [each.name, each.localName].includes(near));
    const meant = isShort && found === undefined ? service.typeName : `${service.typeName}/${found?.name ?? ""}`;
    const names = service.methods.map((each) => each.name).join(", ");
    const hint = found === undefined && !isShort ? `${service.typeName} has ${names}` : `did you mean "${meant}"?`;
    const what = `a call fault is for ${JSON.stringify(this.fault.method)}, which no call is of; ${hint}`;
    throw misuse(TypeError, "GANNET_INVALID_ARGUMENT", what);
  }

  /** Whether it happens to the next call, which is of this method. */
  befalls(method: DescMethod, random: SeededRandom): boolean {
    const { skip = 0, times = Number.POSITIVE_INFINITY, probability = 1 } = this.fault;
    const service = method.parent.typeName;
    // As `call.path` has it, too.
    const name = this.fault.method?.replace(/^\//, "");
    if (name !== undefined && name !== service && name !== `${service}/${method.name}`) return false;
    if (this.#matched++ < skip || this.#happened >= times) return false;
    if (probability < 1 && random.next() >= probability) return false;
    this.#happened++;
    return true;
  }
}
