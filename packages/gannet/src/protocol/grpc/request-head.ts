import type { Metadata, ReceivedMetadata } from "../../core/index.ts";
import { type GrpcContentType, parseContentType } from "./content-type.ts";
import type { FieldList } from "./header-fields.ts";
import { readMetadata } from "./metadata-fields.ts";
import { parseTimeout } from "./timeout.ts";

/** What the header of a request says. Shared by requests whose headers are equal: not to be changed. */
export class RequestHead implements ReceivedMetadata {
  readonly method: string;
  readonly path: string;
  /** Undefined where it is not one of gRPC's that is known. */
  readonly contentType: GrpcContentType | undefined;
  readonly encoding: string;
  /** The value of `grpc-accept-encoding`; empty where there is none. */
  readonly acceptEncoding: string;
  /** Undefined where there is no deadline; NaN where it is malformed. */
  readonly timeoutMs: number | undefined;
  /** Whether `:authority` and `host` name different servers: who routes by one and who checks the other would disagree. */
  readonly isTorn: boolean;
  readonly #list: FieldList;

  constructor(list: FieldList) {
    this.#list = list;
    let [method, path, contentType, encoding, acceptEncoding] = ["", "", "", "identity", ""];
    let timeoutMs: number | undefined;
    let authority: string | undefined;
    let isTorn = false;
    for (const { name, value } of list.fields) {
      switch (name) {
        case ":method":
          method = value;
          break;
        case ":path":
          path = value;
          break;
        case ":authority":
        case "host":
          isTorn ||= authority !== undefined && authority !== value;
          authority = value;
          break;
        case "content-type":
          contentType = value;
          break;
        case "grpc-encoding":
          encoding = value;
          break;
        case "grpc-accept-encoding":
          acceptEncoding = acceptEncoding === "" ? value : `${acceptEncoding},${value}`;
          break;
        case "grpc-timeout":
          timeoutMs = parseTimeout(value) ?? Number.NaN;
          break;
        default:
          break;
      }
    }
    this.method = method;
    this.path = path;
    this.contentType = parseContentType(contentType);
    this.encoding = encoding;
    this.acceptEncoding = acceptEncoding;
    this.timeoutMs = timeoutMs;
    this.isTorn = isTorn;
  }

  /** A copy that is the caller's. */
  metadata(): Metadata {
    return readMetadata(this.#list.fields);
  }
}

/** Reads the header of a request, once for all that are equal to it. */
export function readRequestHead(list: FieldList): RequestHead {
  if (list.parsed instanceof RequestHead) return list.parsed;
  const head = new RequestHead(list);
  list.parsed = head;
  return head;
}
