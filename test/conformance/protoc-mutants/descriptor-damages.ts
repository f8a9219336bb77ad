import { clearField, create } from "@bufbuild/protobuf";
import { UninterpretedOptionSchema } from "@bufbuild/protobuf/wkt";
import type { SeededChoice } from "../../simulation/seeded-choice.ts";
import { pickOne } from "./damage.ts";
import { pickValue } from "./descriptor-values.ts";
import {
  copyValue,
  type DescriptorVictim,
  type Fields,
  isRequired,
  isSet,
  listAt,
  type Place,
} from "./descriptor-victim.ts";

/** Breaks a descriptor in place. Returns whether it has: there may be nothing to break in that way. */
export type DescriptorDamage = (victim: DescriptorVictim, choice: SeededChoice) => boolean;

/** The ways to break a descriptor, by their names. Each is to give files that are accepted and files that are not. */
export const descriptorDamages: Readonly<Record<string, DescriptorDamage>> = {
  "field-dropped": onPlace(
    (place) => isSet(place) && !isRequired(place.field),
    ({ message, field }) => clearField(message, field),
  ),
  "value-changed": onPlace(
    (place) => isSingle(place) && isSet(place),
    (place, victim, choice) => setValue(place, pickValue(place.field, victim, choice)),
  ),
  "value-added": onPlace(
    // No parser gives an option two values, of which protoc would take the one that fits.
    (place) => isSingle(place) && !isSet(place) && place.field.parent !== UninterpretedOptionSchema,
    (place, victim, choice) => setValue(place, pickValue(place.field, victim, choice)),
  ),
  "element-dropped": onPlace(hasElements, (place, _, choice) => {
    const list = listAt(place);
    list.splice(choice.between(0, list.length - 1), choice.between(1, 2));
  }),
  "element-doubled": onPlace(hasElements, (place, _, choice) => {
    insert(place, copyValue(place.field, choice.pick(listAt(place))), choice);
  }),
  "element-moved": onPlace(
    (place) => hasElements(place) && listAt(place).length > 1,
    (place, _, choice) => {
      const list = listAt(place);
      const [element] = list.splice(choice.between(0, list.length - 1), 1);
      insert(place, element, choice);
    },
  ),
  "element-added": onPlace(isList, (place, victim, choice) => {
    insert(place, pickValue(place.field, victim, choice), choice);
  }),
  "option-set": onOptions((options, victim, choice) => {
    const field = choice.pick(options.fields.filter(({ name }) => name !== "uninterpreted_option"));
    const value = pickValue(field, victim, choice);
    setValue({ message: options.message, field }, field.fieldKind === "list" ? [value] : value);
  }),
  "option-uninterpreted": onOptions((options, victim, choice) => {
    const field = options.fields.find(({ name }) => name === "uninterpreted_option");
    if (field !== undefined) insert({ message: options.message, field }, pickValue(field, victim, choice), choice);
  }),
};

/** A damage of one of the fields that `matches` takes: of each kind of field as often, however many of it there are. */
function onPlace(
  matches: (place: Place) => boolean,
  damage: (place: Place, victim: DescriptorVictim, choice: SeededChoice) => void,
): DescriptorDamage {
  return (victim, choice) => {
    const matching = victim.places.filter(matches);
    const kind = pickOne(choice, [...new Set(matching.map(({ field }) => field))]);
    const place = pickOne(
      choice,
      matching.filter(({ field }) => field === kind),
    );
    if (place !== undefined) damage(place, victim, choice);
    return place !== undefined;
  };
}

/** A damage of some element's options, which are made where there are none. */
function onOptions(
  damage: (
    options: { message: Fields; fields: readonly Place["field"][] },
    victim: DescriptorVictim,
    choice: SeededChoice,
  ) => void,
): DescriptorDamage {
  const isOptions = ({ field }: Place): boolean => field.name === "options" && field.message !== undefined;
  return onPlace(isOptions, (place, victim, choice) => {
    const schema = place.field.message;
    if (schema === undefined) return;
    if (!isSet(place)) place.message[place.field.localName] = create(schema);
    damage({ message: place.message[place.field.localName] as Fields, fields: schema.fields }, victim, choice);
  });
}

function isList({ field }: Place): boolean {
  return field.fieldKind === "list";
}

function isSingle({ field }: Place): boolean {
  return field.fieldKind === "scalar" || field.fieldKind === "enum";
}

function hasElements(place: Place): boolean {
  return isList(place) && listAt(place).length > 0;
}

function setValue({ message, field }: Place, value: unknown): void {
  message[field.localName] = value;
}

function insert(place: Place, element: unknown, choice: SeededChoice): void {
  const list = listAt(place);
  list.splice(choice.between(0, list.length), 0, element);
}
