/** The JSON name of a field that names none: without underscores, the letters behind them in upper case. */
export function toJsonName(name: string): string {
  if (!name.includes("_")) return name;
  const [first = "", ...rest] = name.split("_");
  return first + rest.map(capitalize).join("");
}

/** The name of the message that holds an entry of the map field `name`. */
export function toMapEntryName(name: string): string {
  return `${name.split("_").map(capitalize).join("")}Entry`;
}

function capitalize(word: string): string {
  const first = word.slice(0, 1);
  return first >= "a" && first <= "z" ? first.toUpperCase() + word.slice(1) : word;
}
