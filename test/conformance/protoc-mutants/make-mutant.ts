import { clone } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { SeededChoice } from "../../simulation/seeded-choice.ts";
import { createVictim } from "./damage.ts";
import { damages } from "./damages.ts";
import { descriptorDamages } from "./descriptor-damages.ts";
import { createDescriptorVictim } from "./descriptor-victim.ts";
import { makeImporter } from "./make-importer.ts";
import type { Material, Original } from "./material.ts";
import type { Form, Mutant } from "./mutant.ts";

const MAX_DAMAGES = 3;
const MAX_ATTEMPTS = 50;
const CHANCE_OF_MORE = 0.25;
/** Of ten mutants, so many have each form. */
const SHARES: Readonly<Record<Form, number>> = { named: 6, imported: 2, descriptor: 2 };
const CHANCE_OF_BROKEN_IMPORT = 0.2;
const FORM_PRIME = 0x85ebca6b;

/** Makes the mutant number `index` of a seed: the same one whenever it is asked for. Of `form`, or of the one that is drawn. */
export async function makeMutant(material: Material, seed: number, index: number, form?: Form): Promise<Mutant> {
  const choice = new SeededChoice(Math.imul(seed, 0x01000193) ^ index);
  // Drawn apart, so that a text is broken alike whether it is named or imported.
  const drawn = pickForm(new SeededChoice(Math.imul(seed, FORM_PRIME) ^ index));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const original = material.pick(choice);
    const mutant = await breakFile(material, original, form ?? drawn, choice, index);
    if (mutant !== undefined) return mutant;
  }
  throw new Error(`no file can be broken for mutant ${index} of seed ${seed}`);
}

function pickForm(choice: SeededChoice): Form {
  const { named, imported, descriptor } = SHARES;
  const drawn = choice.between(1, named + imported + descriptor);
  if (drawn <= named) return "named";
  return drawn <= named + imported ? "imported" : "descriptor";
}

async function breakFile(
  material: Material,
  original: Original,
  form: Form,
  choice: SeededChoice,
  index: number,
): Promise<Mutant | undefined> {
  if (form === "descriptor") {
    const files = await material.describe(original);
    const broken = files === undefined ? undefined : breakDescriptors(files, choice, index);
    return broken === undefined ? undefined : { original, form, ...broken };
  }
  const broken = breakText(material, original, choice, index);
  if (broken === undefined) return undefined;
  if (form === "named") return { original, form, ...broken };
  // It uses what the file had, of which the damage may have left less.
  const files = await material.describe(original);
  return { original, form, ...broken, importer: makeImporter(original.path, files?.at(-1), choice) };
}

function breakText(
  material: Material,
  original: Original,
  choice: SeededChoice,
  index: number,
): { text: string; kinds: string[] } | undefined {
  const before = Buffer.from(material.read(original, original.path) ?? []).toString();
  let text = before;
  const names = Object.keys(damages);
  const kinds = drawKinds(names, choice, index, (kind) => {
    const broken = damages[kind]?.(createVictim(text), choice);
    if (broken === undefined || broken === text) return false;
    text = broken;
    return true;
  });
  return text === before ? undefined : { text, kinds };
}

function breakDescriptors(
  originals: readonly FileDescriptorProto[],
  choice: SeededChoice,
  index: number,
): { files: readonly FileDescriptorProto[]; kinds: string[] } | undefined {
  const files = [...originals];
  const imports = findImports(files);
  const names = Object.keys(descriptorDamages);
  const kinds = drawKinds(names, choice, index, (kind) => {
    const at = choice.chance(CHANCE_OF_BROKEN_IMPORT) ? choice.pick(imports) : files.length - 1;
    const file = clone(FileDescriptorProtoSchema, files[at] as FileDescriptorProto);
    const isBroken = descriptorDamages[kind]?.(createDescriptorVictim(file, files), choice) === true;
    if (isBroken) files[at] = file;
    return isBroken;
  });
  return kinds.length === 0 ? undefined : { files, kinds };
}

/** The places of a file and of those that it imports, but for options only: in those protoc passes over what is wrong. */
function findImports(files: readonly FileDescriptorProto[]): readonly number[] {
  const paths = new Set(files.slice(-1).map(({ name }) => name));
  // The set grows while it is walked.
  for (const path of paths) {
    for (const imported of files.find(({ name }) => name === path)?.dependency ?? []) paths.add(imported);
  }
  return files.flatMap(({ name }, at) => (paths.has(name) ? [at] : []));
}

/** Draws a kind of damage, seldom more than one, as long as each can be done. */
function drawKinds(
  names: readonly string[],
  choice: SeededChoice,
  index: number,
  damage: (kind: string) => boolean,
): string[] {
  const kinds: string[] = [];
  do {
    // The first kind goes round, so that each has its share.
    const kind = kinds.length === 0 ? (names[index % names.length] ?? "") : choice.pick(names);
    if (!damage(kind)) break;
    kinds.push(kind);
  } while (kinds.length < MAX_DAMAGES && choice.chance(CHANCE_OF_MORE));
  return kinds;
}
