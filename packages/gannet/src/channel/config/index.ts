/** Reads the JSON of service configs and of the policies in them. */
export { ConfigReader, readRecord } from "./config-reader.ts";
