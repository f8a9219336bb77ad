import {
  Edition,
  FeatureSet_EnumType as EnumType,
  type FeatureSet,
  FeatureSet_FieldPresence as FieldPresence,
  FeatureSet_JsonFormat as JsonFormat,
  FieldDescriptorProto_Label as Label,
  FeatureSet_MessageEncoding as MessageEncoding,
  FeatureSet_RepeatedFieldEncoding as RepeatedFieldEncoding,
  FieldDescriptorProto_Type as Type,
} from "@bufbuild/protobuf/wkt";
import type { Definition, EnumDefinition, FieldDefinition, LinkedFile, MessageDefinition } from "../linker/index.ts";
import { defaultFeatures, type Features, mergeFeatures } from "./feature-set.ts";

/** What features hold for: all that can have options. */
export type FeatureOwner = LinkedFile | Exclude<Definition, { readonly kind: "package" }>;

/** The edition of a file, proto2 and proto3 counting as editions too. */
export function editionOf(file: LinkedFile): Edition {
  if (file.proto.edition !== Edition.EDITION_UNKNOWN) return file.proto.edition;
  return file.proto.syntax === "proto3" ? Edition.EDITION_PROTO3 : Edition.EDITION_PROTO2;
}

/**
 * Which features hold where, inherited from file to message to field. Asked for a file only after its options that are
 * no extensions have been interpreted: features are among them.
 */
export class FeatureTable {
  readonly #known = new Map<FeatureOwner, Features>();
  readonly #required = new Map<MessageDefinition, readonly FieldDefinition[]>();

  /** The features of a file or of anything in one. */
  of(owner: FeatureOwner): Features {
    let features = this.#known.get(owner);
    if (features === undefined) {
      features = mergeFeatures(this.#inherited(owner), ownFeatures(owner));
      this.#known.set(owner, features);
    }
    return features;
  }

  #inherited(owner: FeatureOwner): Features {
    if (!("kind" in owner)) return defaultFeatures(editionOf(owner));
    if (owner.kind === "field") {
      const index = owner.proto.oneofIndex;
      const hasOneof =
        owner.scope !== undefined && Object.hasOwn(owner.proto, "oneofIndex") && !owner.proto.proto3Optional;
      const oneof = hasOneof ? owner.scope?.oneofs[index] : undefined;
      return this.of(oneof ?? owner.scope ?? owner.file);
    }
    const parent = owner.kind === "service" ? undefined : owner.parent;
    return this.of(parent ?? owner.file);
  }

  /** Whether a field has presence: whether unset and set to its default differ. */
  hasPresence(field: FieldDefinition): boolean {
    const { proto } = field;
    if (proto.label === Label.REPEATED) return false;
    const isPlain = field.message === undefined && proto.extendee === "" && !Object.hasOwn(proto, "oneofIndex");
    return !isPlain || this.of(field).fieldPresence !== FieldPresence.IMPLICIT;
  }

  /** Whether a field must be set. */
  isRequired(field: FieldDefinition): boolean {
    if (field.proto.label === Label.REQUIRED) return true;
    const isSingular = field.proto.label === Label.OPTIONAL;
    return (
      isSingular &&
      editionOf(field.file) >= Edition.EDITION_2023 &&
      this.of(field).fieldPresence === FieldPresence.LEGACY_REQUIRED
    );
  }

  /** The fields of a message that must be set. */
  requiredFields(message: MessageDefinition): readonly FieldDefinition[] {
    let required = this.#required.get(message);
    if (required === undefined) {
      required = message.fields.filter((field) => this.isRequired(field));
      this.#required.set(message, required);
    }
    return required;
  }

  /** Whether a repeated field is written in one piece. */
  isPacked(field: FieldDefinition): boolean {
    if (!isPackable(field)) return false;
    const { options } = field.proto;
    if (options !== undefined && Object.hasOwn(options, "packed")) return options.packed;
    return this.of(field).repeatedFieldEncoding === RepeatedFieldEncoding.PACKED;
  }

  /** Whether a message field is written between tags, as groups are, rather than behind its length. */
  isDelimited(field: FieldDefinition): boolean {
    if (field.proto.type === Type.GROUP) return true;
    // Neither maps are, nor what they map to.
    const isMap = [field.message, field.scope].some((one) => one?.proto.options?.mapEntry === true);
    return field.message !== undefined && !isMap && this.of(field).messageEncoding === MessageEncoding.DELIMITED;
  }

  /** Whether a field is what a group would be: of a delimited message that is defined beside it and has its name. */
  isGroupLike(field: FieldDefinition): boolean {
    const { message } = field;
    if (message === undefined || !this.isDelimited(field)) return false;
    return message.name.toLowerCase() === field.name && message.parent === field.scope && message.file === field.file;
  }

  isClosed(enumeration: EnumDefinition): boolean {
    return this.of(enumeration).enumType === EnumType.CLOSED;
  }

  /** Whether JSON names may clash, as proto2 allowed. */
  isLegacyJson(message: MessageDefinition): boolean {
    return this.of(message).jsonFormat === JsonFormat.LEGACY_BEST_EFFORT;
  }
}

/** Whether a field is a repeated one of a type that can be packed. */
export function isPackable(field: FieldDefinition): boolean {
  const { type, label } = field.proto;
  const isPieces = type === Type.STRING || type === Type.BYTES || type === Type.MESSAGE || type === Type.GROUP;
  return label === Label.REPEATED && !isPieces;
}

function ownFeatures(owner: FeatureOwner): FeatureSet | undefined {
  return owner.proto.options?.features;
}
