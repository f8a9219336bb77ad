import { ConfigReader } from "../config/index.ts";

/** What the choices of a service config in DNS go by. */
export interface ConfigClient {
  /** The name of this machine. */
  readonly hostName: string;
  /** From 0 up to 1, the same for as long as the channel is there. */
  readonly share: number;
}

/** How a TXT record with service configs begins (gRFC A2). */
const PREFIX = "grpc_config=";
const LANGUAGES: readonly string[] = ["typescript", "javascript", "node"];

/**
 * The first service config in TXT records that is meant for this client (gRFC A2); undefined where there is none.
 *
 * @param records texts of `_grpc_config.` and the name
 * @throws TypeError for records that cannot be read
 */
export function chooseConfig(records: readonly string[], client: ConfigClient): unknown {
  const text = records.find((record) => record.startsWith(PREFIX))?.slice(PREFIX.length);
  if (text === undefined) return undefined;
  const choices: unknown = JSON.parse(text);
  if (!Array.isArray(choices)) throw new TypeError(`${PREFIX} expected a list of choices`);
  // All are read, as one that is wrong makes all of them void.
  const read = choices.map((choice: unknown, index) => readChoice(choice, `grpc_config[${index}]`, client));
  return read.find(({ isMeant }) => isMeant)?.config;
}

function readChoice(json: unknown, where: string, client: ConfigClient): { isMeant: boolean; config: unknown } {
  const reader = new ConfigReader(json, where);
  const languages = reader.texts("clientLanguage").map((language) => language.toLowerCase());
  const hosts = reader.texts("clientHostname");
  const percentage = readPercentage(reader);
  const config = reader.raw("serviceConfig");
  if (typeof config !== "object" || Array.isArray(config)) {
    const found = config === undefined ? "nothing" : JSON.stringify(config);
    throw new TypeError(`${reader.pathOf("serviceConfig")}: expected a service config, got ${found}`);
  }
  const [unknown] = reader.unknownFields;
  if (unknown !== undefined) throw new TypeError(`nobody knows the field ${unknown}`);
  const isLanguage = languages.length === 0 || languages.some((language) => LANGUAGES.includes(language));
  const isHost = hosts.length === 0 || hosts.includes(client.hostName);
  return { isMeant: isLanguage && isHost && client.share * 100 < percentage, config };
}

/** Not as elsewhere in configs, where a text may stand for a number. */
function readPercentage(reader: ConfigReader): number {
  const percentage = reader.raw("percentage") ?? 100;
  if (typeof percentage === "number" && Number.isInteger(percentage) && percentage >= 0 && percentage <= 100) {
    return percentage;
  }
  const found = JSON.stringify(percentage);
  throw new TypeError(`${reader.pathOf("percentage")}: expected a whole number from 0 to 100, got ${found}`);
}
