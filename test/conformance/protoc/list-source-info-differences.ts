import type { DescField, DescMessage } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  type SourceCodeInfo_Location,
} from "@bufbuild/protobuf/wkt";
import { ABSENT, type Difference } from "./difference.ts";

/**
 * Where the source info of two descriptors differs, location by location. Locations are matched by path; of those that
 * share one (two `extend` blocks of a file do), the first with the first.
 */
export function listSourceInfoDifferences(
  theirs: FileDescriptorProto,
  ours: FileDescriptorProto,
): readonly Difference[] {
  const found: Difference[] = [];
  if ((theirs.sourceCodeInfo === undefined) !== (ours.sourceCodeInfo === undefined)) {
    const [present, absent] = ["(present)", ABSENT];
    const [first, second] = ours.sourceCodeInfo === undefined ? [present, absent] : [absent, present];
    return [{ path: "source_code_info", theirs: first, ours: second }];
  }
  const theirLocations = byPath(theirs.sourceCodeInfo?.location ?? []);
  const ourLocations = byPath(ours.sourceCodeInfo?.location ?? []);
  for (const [key, location] of theirLocations) {
    const path = `source info of ${describePath(theirs, location.path)}`;
    const match = ourLocations.get(key);
    if (match === undefined) found.push({ path, theirs: describeLocation(location), ours: ABSENT });
    else compareLocations(location, match, path, found);
  }
  for (const [key, location] of ourLocations) {
    if (theirLocations.has(key)) continue;
    const path = `source info of ${describePath(ours, location.path)}`;
    found.push({ path, theirs: ABSENT, ours: describeLocation(location) });
  }
  if (found.length === 0) compareOrder(theirs, [...theirLocations.keys()], [...ourLocations.keys()], found);
  return found;
}

function byPath(locations: readonly SourceCodeInfo_Location[]): Map<string, SourceCodeInfo_Location> {
  const seen = new Map<string, number>();
  const map = new Map<string, SourceCodeInfo_Location>();
  for (const location of locations) {
    const path = location.path.join(".");
    const nth = (seen.get(path) ?? 0) + 1;
    seen.set(path, nth);
    map.set(`${path}#${nth}`, location);
  }
  return map;
}

function compareLocations(
  theirs: SourceCodeInfo_Location,
  ours: SourceCodeInfo_Location,
  path: string,
  found: Difference[],
): void {
  const compare = (what: string, their: string | undefined, our: string | undefined): void => {
    if (their !== our) found.push({ path: `${path}: ${what}`, theirs: their ?? ABSENT, ours: our ?? ABSENT });
  };
  compare("span", describeSpan(theirs), describeSpan(ours));
  compare("leading comment", comment(theirs, "leadingComments"), comment(ours, "leadingComments"));
  compare("trailing comment", comment(theirs, "trailingComments"), comment(ours, "trailingComments"));
  const [their, our] = [theirs.leadingDetachedComments, ours.leadingDetachedComments];
  compare("detached comments", JSON.stringify(their), JSON.stringify(our));
}

function comment(location: SourceCodeInfo_Location, which: "leadingComments" | "trailingComments"): string | undefined {
  return Object.hasOwn(location, which) ? JSON.stringify(location[which]) : undefined;
}

function compareOrder(
  file: FileDescriptorProto,
  theirs: readonly string[],
  ours: readonly string[],
  found: Difference[],
): void {
  const index = theirs.findIndex((key, at) => key !== ours[at]);
  if (index < 0) return;
  const describe = (key: string | undefined): string => {
    const path = (key ?? "").split("#")[0] ?? "";
    return describePath(file, path === "" ? [] : path.split(".").map(Number));
  };
  found.push({
    path: `source info at [${index}]: order`,
    theirs: describe(theirs[index]),
    ours: describe(ours[index]),
  });
}

/** The path of a location in words: `message_type[0] "Shelf" / name`. */
function describePath(file: FileDescriptorProto, path: readonly number[]): string {
  const words: string[] = [];
  let schema: DescMessage | undefined = FileDescriptorProtoSchema;
  let message: unknown = file;
  for (let at = 0; at < path.length; at++) {
    const field: DescField | undefined = schema?.fields.find(({ number }) => number === path[at]);
    if (field === undefined) {
      words.push(`(${path.slice(at).join(" ")})`);
      break;
    }
    message = readProperty(message, field.localName);
    schema = field.message;
    if (field.fieldKind !== "list" || at + 1 >= path.length) {
      words.push(field.name);
      continue;
    }
    const index = path[++at] ?? 0;
    message = readProperty(message, String(index));
    const name = readProperty(message, "name");
    words.push(`${field.name}[${index}]${typeof name === "string" ? ` "${name}"` : ""}`);
  }
  return words.length === 0 ? "the file" : words.join(" / ");
}

function readProperty(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function describeLocation(location: SourceCodeInfo_Location): string {
  return [describeSpan(location), comment(location, "leadingComments"), comment(location, "trailingComments")]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** `line:column-line:column`, from 1 as editors count. */
function describeSpan({ span }: SourceCodeInfo_Location): string {
  const [startLine = 0, startColumn = 0, third = 0, fourth] = span;
  const [endLine, endColumn] = fourth === undefined ? [startLine, third] : [third, fourth];
  return `${startLine + 1}:${startColumn + 1}-${endLine + 1}:${endColumn + 1}`;
}
