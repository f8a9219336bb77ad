import { codeToNumber, type ErrorDetail, type GrpcError } from "../core/index.ts";

/** Whether an error that a handler threw can be told to the client: it may come from untyped code. */
export function isSendable(error: GrpcError): boolean {
  try {
    const { code, reason, details } = error;
    // Made when asked for, which throws where a key or value is none.
    for (const _ of error.trailer);
    return codeToNumber(code) > 0 && typeof reason === "string" && details.every(isDetail);
  } catch {
    return false;
  }
}

function isDetail({ typeName, value }: ErrorDetail): boolean {
  return typeof typeName === "string" && value instanceof Uint8Array;
}
