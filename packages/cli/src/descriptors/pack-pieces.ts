import { type DescExtension, ScalarType, type UnknownField } from "@bufbuild/protobuf";
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** In what numbers are written that are no varints. */
const WIRE_TYPES: ReadonlyMap<ScalarType | undefined, WireType> = new Map([
  [ScalarType.DOUBLE, WireType.Bit64],
  [ScalarType.FIXED64, WireType.Bit64],
  [ScalarType.SFIXED64, WireType.Bit64],
  [ScalarType.FLOAT, WireType.Bit32],
  [ScalarType.FIXED32, WireType.Bit32],
  [ScalarType.SFIXED32, WireType.Bit32],
]);

export function isPackedExtension(extension: DescExtension): boolean {
  return extension.fieldKind === "list" && extension.packed;
}

/**
 * All values of a packed extension as one field, whose pieces have one value each or several. Undefined where a piece is of
 * another type: two files may give one number to different extensions.
 */
export function packPieces(extension: DescExtension, pieces: readonly UnknownField[]): UnknownField | undefined {
  const own = WIRE_TYPES.get(extension.scalar) ?? WireType.Varint;
  const values = new BinaryWriter();
  for (const { wireType, data } of pieces) {
    if (wireType === WireType.LengthDelimited) values.raw(new BinaryReader(data).bytes());
    else if (wireType === own) values.raw(data);
    else return undefined;
  }
  const data = new BinaryWriter().bytes(values.finish()).finish();
  return { no: extension.number, wireType: WireType.LengthDelimited, data };
}
