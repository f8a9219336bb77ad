import type { DescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";

const MAX_FIELD_NUMBER = 2 ** 29 - 1;
/** protoc's column for names. */
const NAME_WIDTH = 35;

/**
 * The lines that `protoc --print_free_field_numbers` prints for a file: one for each message, behind those of the messages
 * in it. What fields, extension ranges and reserved ranges take is not free.
 */
export function listFreeFieldNumbers(file: FileDescriptorProto): string[] {
  const scope = file.package === "" ? "" : `${file.package}.`;
  return file.messageType.flatMap((message) => listForMessage(message, scope));
}

function listForMessage(message: DescriptorProto, scope: string): string[] {
  const name = scope + message.name;
  const nested = message.nestedType.flatMap((one) => listForMessage(one, `${name}.`));
  return [...nested, `${name.padEnd(NAME_WIDTH)} free:${freeIn(message)}`];
}

function freeIn({ field, extensionRange, reservedRange }: DescriptorProto): string {
  const fields = field.map(({ number }) => ({ start: number, end: number + 1 }));
  const taken = [...fields, ...extensionRange, ...reservedRange].sort((a, b) => a.start - b.start);
  let text = "";
  let next = 1;
  for (const { start, end } of taken) {
    if (next < start) text += next + 1 < start ? ` ${next}-${start - 1}` : ` ${next}`;
    next = Math.max(next, end);
  }
  return next <= MAX_FIELD_NUMBER ? `${text} ${next}-INF` : text;
}
