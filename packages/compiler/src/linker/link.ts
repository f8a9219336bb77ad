import { checkEnum, checkEnumsOf } from "./check-enum.ts";
import { checkExtension, checkMessage } from "./check-message.ts";
import { define } from "./define.ts";
import type { LinkedFile } from "./linked-file.ts";
import type { Pool } from "./pool.ts";
import { resolveFile } from "./resolve-file.ts";

/**
 * Makes a file part of the pool: defines its names, resolves those it refers to, and checks what can be checked before
 * options are known. The files that it imports must have been linked.
 */
export function link(pool: Pool, file: LinkedFile): void {
  define(pool, file);
  resolveFile(pool, file);
  for (const message of file.messages) {
    checkMessage(pool, file, message);
    checkEnumsOf(file, message);
  }
  for (const enumeration of file.enums) checkEnum(file, enumeration);
  for (const extension of file.extensions) checkExtension(pool, file, extension);
}
