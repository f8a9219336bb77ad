import { type DescField, ScalarType } from "@bufbuild/protobuf";

/** What a field takes, for people. */
export function expectedOf(field: DescField | undefined): string {
  if (field === undefined) return "a field";
  const single = field.message?.typeName ?? field.enum?.typeName ?? ScalarType[field.scalar ?? 0]?.toLowerCase() ?? "";
  return single;
}
