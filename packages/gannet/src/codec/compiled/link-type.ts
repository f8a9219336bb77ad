import type { DescMessage } from "@bufbuild/protobuf";
import { emitType } from "../emit/index.ts";
import type { TypeCode } from "./type-code.ts";
import { createRuntime, type TypeRuntime } from "./type-runtime.ts";

/**
 * Where the code of a type is kept: with the type, so that it is made once however many channels and servers there are,
 * and goes when the type goes.
 */
const CODE = Symbol("gannet.codec");

/**
 * The code of a type, made when it is asked for first, and of the types in its fields when those are used first. A frozen
 * type has its code made anew for each that asks.
 */
export function linkType(schema: DescMessage): TypeCode {
  return findOrCompile(schema, new Map());
}

/** @param frozen the code of frozen types that were met on the way: such a type may have fields of its own type */
function findOrCompile(schema: DescMessage, frozen: Map<DescMessage, TypeCode>): TypeCode {
  const holder = schema as { readonly [CODE]?: TypeCode };
  return holder[CODE] ?? frozen.get(schema) ?? compileType(schema, frozen);
}

function compileType(schema: DescMessage, frozen: Map<DescMessage, TypeCode>): TypeCode {
  const evaluate = new Function("rt", emitType(schema)) as (runtime: TypeRuntime) => TypeCode;
  const code = evaluate(createRuntime(schema, (type) => findOrCompile(type, frozen)));
  if (Object.isExtensible(schema)) Object.defineProperty(schema, CODE, { value: code });
  else frozen.set(schema, code);
  return code;
}

/** Whether this environment lets source text be evaluated. */
export function isEvaluationAllowed(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}
