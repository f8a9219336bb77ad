/** Reads the JSON of service configs and of the policies in them. */
export { ConfigReader } from "./config-reader.ts";
