import type { DescMessage } from "@bufbuild/protobuf";
import { emitDecoding, emitEncoding, emitMaking } from "../emit/index.ts";
import { interpretType } from "../interpreted/index.ts";
import type { TypeCode } from "./type-code.ts";
import type { TypeRuntime } from "./type-runtime.ts";

/**
 * So many messages of a type are interpreted, each way, before there is code for it. To make that takes as long as it saves
 * on a hundred messages of 20 fields, and a program has many types of which it sees only a few messages.
 */
const INTERPRETED_MESSAGES = 8;

/**
 * Code that is evaluated in this process, once it is worth it. What encodes and what decodes goes its own way: of most
 * types a program either sends or receives messages. Only what makes an empty message is evaluated at once, so that all
 * that are decoded have one shape for V8, those that were interpreted too.
 */
export class EvaluatedCode implements TypeCode {
  make: TypeCode["make"];
  maxBytes: TypeCode["maxBytes"];
  write: TypeCode["write"];
  read: TypeCode["read"];

  constructor(schema: DescMessage, runtime: TypeRuntime) {
    const interpreted = interpretType(schema, runtime);
    /** Takes what it evaluates in place of what is here. */
    const take = (code: string): TypeCode => Object.assign(this, evaluate(code, runtime));
    let written = 0;
    let read = 0;
    this.make = () => take(emitMaking(schema)).make();
    this.maxBytes = (message) => interpreted.maxBytes(message);
    this.write = (message, bytes, offset) => {
      const code = written++ < INTERPRETED_MESSAGES ? interpreted : take(emitEncoding(schema));
      // What was interpreted has asked for room that is enough for code as well.
      return code.write(message, bytes, offset);
    };
    this.read = (message, reader, end, endTag) => {
      const code = read++ < INTERPRETED_MESSAGES ? interpreted : take(emitDecoding(schema));
      code.read(message, reader, end, endTag);
    };
  }
}

function evaluate(code: string, runtime: TypeRuntime): Partial<TypeCode> {
  const create = new Function("rt", code) as (runtime: TypeRuntime) => Partial<TypeCode>;
  return create(runtime);
}
