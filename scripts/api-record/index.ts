/** Turns the .d.ts files of an entry into one readable text, to compare and to review. Start with record-api.ts. */
export { recordApi } from "./record-api.ts";
