import type { DescriptorProto, EnumDescriptorProto } from "@bufbuild/protobuf/wkt";
import { type FreeNumbers, MAX_FIELD_NUMBER } from "./free-numbers.ts";
import type { LinkedFile } from "./linked-file.ts";
import { type Clash, RangeIndex } from "./range-index.ts";

const MAX_INT32 = 0x7fffffff;

type ReservedRange = DescriptorProto["reservedRange"][number];
type ExtensionRange = DescriptorProto["extensionRange"][number];
type EnumRange = EnumDescriptorProto["reservedRange"][number];

/** Checks the numbers that a message reserves or sets aside for extensions, and that its fields stay out of them. */
export function checkMessageRanges(file: LinkedFile, proto: DescriptorProto, free: FreeNumbers): void {
  const { reservedRange, extensionRange } = proto;
  if (reservedRange.length === 0 && extensionRange.length === 0) return;
  for (const range of [...reservedRange, ...extensionRange]) checkRange(file, range);
  const reserved = new RangeIndex(reservedRange.map((range) => ({ start: range.start, end: range.end, owner: range })));
  const extensions = indexExtensionRanges(proto);
  for (const clash of reserved.clashes) reportClash(file, clash, "is reserved twice");
  for (const clash of extensions.clashes) reportClash(file, clash, "is set aside for extensions twice");
  for (const range of extensionRange) {
    const found = reserved.firstWithin(range.start, range.end);
    if (found === undefined) continue;
    reportClash(
      file,
      { number: found.number, owner: range, earlier: found.owner },
      "is reserved and set aside for extensions",
    );
  }
  for (const field of proto.field) {
    const range = reserved.at(field.number) ?? extensions.at(field.number);
    if (range === undefined) continue;
    const what = isExtensionRange(range) ? "set aside for extensions" : "reserved";
    file.error(
      file.numberNode(field),
      "field-number-reserved",
      `field \`${field.name}\` has number ${field.number}, which is ${what}`,
      {
        hint: free.takeHint(),
        notes: file.noteAt(range, `${what} here`),
      },
    );
  }
}

/** The numbers that a message sets aside for extensions, and by which range. */
export function indexExtensionRanges(proto: DescriptorProto): RangeIndex<ExtensionRange> {
  return new RangeIndex(proto.extensionRange.map((range) => ({ start: range.start, end: range.end, owner: range })));
}

/** Checks the numbers that an enum reserves, and that its values stay out of them. Both ends of a range belong to it. */
export function checkEnumRanges(file: LinkedFile, proto: EnumDescriptorProto): void {
  if (proto.reservedRange.length === 0) return;
  for (const range of proto.reservedRange) {
    if (range.end < range.start) reportBackwards(file, range, range.end);
  }
  const reserved = new RangeIndex(
    proto.reservedRange.map((range) => ({ start: range.start, end: range.end + 1, owner: range })),
  );
  for (const clash of reserved.clashes) reportClash(file, clash, "is reserved twice");
  for (const value of proto.value) {
    const range = reserved.at(value.number);
    if (range === undefined) continue;
    file.error(
      file.nameNode(value),
      "enum-value-reserved",
      `value \`${value.name}\` has number ${value.number}, which is reserved`,
      {
        notes: file.noteAt(range, "reserved here"),
      },
    );
  }
}

function checkRange(file: LinkedFile, range: ReservedRange | ExtensionRange): void {
  if (range.start <= 0) {
    file.error(file.node(range), "range", `numbers start at 1, not ${range.start}`);
  } else if (range.end <= range.start) {
    reportBackwards(file, range, range.end - 1);
  } else if (isExtensionRange(range) && range.end - 1 > MAX_FIELD_NUMBER && range.end !== MAX_INT32) {
    file.error(file.node(range), "range", `field numbers end at ${MAX_FIELD_NUMBER}; write \`max\` for that`);
  }
}

function isExtensionRange(range: ReservedRange | ExtensionRange): range is ExtensionRange {
  return range.$typeName === "google.protobuf.DescriptorProto.ExtensionRange";
}

function reportBackwards(file: LinkedFile, range: ReservedRange | ExtensionRange | EnumRange, last: number): void {
  file.error(file.node(range), "range", `a range ends at ${last}, before it starts at ${range.start}`, {
    hint: `write \`${last} to ${range.start}\``,
  });
}

function reportClash(
  file: LinkedFile,
  { number, owner, earlier }: Clash<ReservedRange | ExtensionRange | EnumRange>,
  problem: string,
): void {
  file.error(file.node(owner), "range-overlap", `number ${number} ${problem}`, {
    notes: file.noteAt(earlier, "the other range is here"),
  });
}
