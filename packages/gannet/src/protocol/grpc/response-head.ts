import type { Metadata, ReceivedMetadata } from "../../core/index.ts";
import type { FieldList } from "./header-fields.ts";
import { readMetadata } from "./metadata-fields.ts";
import { readStatus, type Status } from "./status.ts";

/** What the header or trailer of a response says. Shared by those that are equal: not to be changed. */
export class ResponseHead implements ReceivedMetadata {
  readonly httpStatus: number;
  readonly contentType: string;
  readonly encoding: string;
  /** Undefined where there is none. */
  readonly status: Status | undefined;
  readonly #list: FieldList;

  constructor(list: FieldList) {
    this.#list = list;
    const find = (wanted: string): string => list.fields.find(({ name }) => name === wanted)?.value ?? "";
    this.httpStatus = Number(find(":status"));
    this.contentType = find("content-type");
    this.encoding = find("grpc-encoding");
    this.status = readStatus(list.fields);
  }

  /** A copy that is the caller's. */
  metadata(): Metadata {
    return readMetadata(this.#list.fields);
  }
}

/** Reads the header or trailer of a response, once for all that are equal to it. */
export function readResponseHead(list: FieldList): ResponseHead {
  if (list.parsed instanceof ResponseHead) return list.parsed;
  const head = new ResponseHead(list);
  list.parsed = head;
  return head;
}
