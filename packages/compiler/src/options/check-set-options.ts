import { toBinary } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { Edition, FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { editionOf } from "../features/index.ts";
import type { FieldDefinition, MessageDefinition } from "../linker/index.ts";
import { checkLifetime } from "./check-lifetime.ts";
import { checkTarget, type OptionContext } from "./option-context.ts";
import type { OwnerWithOptions } from "./option-owners.ts";
import { isUnknownFeature } from "./option-value.ts";

/** Deeper nesting no reader of descriptors takes. */
const MAX_DEPTH = 100;
/** Where something is that has no text. */
const NOWHERE = { first: 0, last: 0 } as const;

/** Checks options that a descriptor brings as those of a text are checked when they are interpreted. */
export function checkSetOptions(context: OptionContext, owner: OwnerWithOptions, root: MessageDefinition): void {
  const { options } = owner.proto;
  if (options === undefined) return;
  const { file } = context;
  if (options.features !== undefined && editionOf(file) < Edition.EDITION_2023)
    file.error(undefined, "feature-syntax", "features need an edition, and this file has none");
  new SetOptionChecker(context, owner).check(root, toBinary(owner.schema, options), 0);
}

class SetOptionChecker {
  readonly #context: OptionContext;
  readonly #owner: OwnerWithOptions;

  constructor(context: OptionContext, owner: OwnerWithOptions) {
    this.#context = context;
    this.#owner = owner;
  }

  check(message: MessageDefinition, bytes: Uint8Array, depth: number): void {
    if (depth > MAX_DEPTH) return;
    const seen = new Set<number>();
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (wireType === WireType.EndGroup) return;
      const start = reader.pos;
      reader.skip(wireType, number);
      const field = this.#findField(message, number);
      if (field === undefined) continue;
      if (!seen.has(number)) {
        checkTarget(this.#context, field, this.#owner.target, NOWHERE);
        checkLifetime(this.#context, field, NOWHERE);
      }
      seen.add(number);
      this.#value(field, wireType, bytes.subarray(start, reader.pos), depth);
    }
  }

  #findField(message: MessageDefinition, number: number): FieldDefinition | undefined {
    return message.fields.find(({ proto }) => proto.number === number) ?? this.#context.pool.extension(message, number);
  }

  #value(field: FieldDefinition, wireType: WireType, data: Uint8Array, depth: number): void {
    if (field.message !== undefined && wireType === WireType.LengthDelimited) {
      this.check(field.message, new BinaryReader(data).bytes(), depth + 1);
    } else if (field.message !== undefined && wireType === WireType.StartGroup) {
      new SetOptionChecker({ ...this.#context, isInGroup: true }, this.#owner).check(field.message, data, depth + 1);
    } else if (field.proto.type === Type.ENUM && wireType === WireType.Varint) {
      this.#enumValue(field, new BinaryReader(data).int32());
    }
  }

  #enumValue(field: FieldDefinition, number: number): void {
    const value = field.enum?.values.find(({ proto }) => proto.number === number);
    if (value !== undefined) checkLifetime(this.#context, value, NOWHERE);
    if (isUnknownFeature(field, number)) {
      const { file } = this.#context;
      file.error(undefined, "option-enum-value", `feature \`${field.name}\` cannot be \`${value?.name ?? number}\``);
    }
  }
}
