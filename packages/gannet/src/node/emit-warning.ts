import type { WarningEmitter } from "../core/index.ts";

/** A warning of the process, which Node prints unless somebody says otherwise: `--disable-warning=CODE`. */
export const emitWarning: WarningEmitter = (text, code, detail) => {
  process.emitWarning(
    text,
    detail === undefined ? { type: "GannetWarning", code } : { type: "GannetWarning", code, detail },
  );
};
