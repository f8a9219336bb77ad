/** The JSON name of a field that names none: without underscores, the letters behind them in upper case. */
export function toJsonName(name: string): string {
  let result = "";
  let isNextUpper = false;
  for (const character of name) {
    if (character === "_") {
      isNextUpper = true;
    } else {
      result += isNextUpper ? upperAscii(character) : character;
      isNextUpper = false;
    }
  }
  return result;
}

/** The name of the message that holds an entry of the map field `name`. */
export function toMapEntryName(name: string): string {
  let result = "";
  let isNextUpper = true;
  for (const character of name) {
    if (character === "_") {
      isNextUpper = true;
    } else {
      result += isNextUpper ? upperAscii(character) : character;
      isNextUpper = false;
    }
  }
  return `${result}Entry`;
}

function upperAscii(character: string): string {
  return character >= "a" && character <= "z" ? character.toUpperCase() : character;
}
