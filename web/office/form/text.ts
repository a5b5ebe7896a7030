// Values of a form as people write them in its fields, and back only as far as the page itself must know; what a text
// means the agent decides.
import {day, number} from '../../common/format';
import {language} from '../../common/i18n';
import type {Field, Value} from '../types';

export const noFigure = 'chưa có số liệu';

export function isNumeric(field: Field): boolean {
  return ['count', 'money', 'decimal', 'percent'].includes(field.kind);
}
export const isLong = (field: Field): boolean => field.kind === 'longtext';
// In the order of the form's schema.
export function choicesOf(field: Field): {value: string; name: string}[] {
  return (field.schema?.enum ?? Object.keys(field.choices ?? {})).map((value) => {
    const names = field.choices?.[value];
    return {value, name: (language.value === 'en' ? names?.en : names?.vi) ?? value};
  });
}
export const isChoice = (field: Field): boolean => field.choices !== undefined || (field.schema?.enum?.length ?? 0) > 0;
export const isTyped = (field: Field): boolean => (field.writer ?? 'office') === 'office' && field.generated !== 'uuid' && field.kind !== 'id';

// What stands in the field for a value; undefined: unanswered.
export function textOf(field: Field, value: Value | undefined): string {
  if (value === undefined) return '';
  if (value === null) return noFigure;
  if (typeof value === 'boolean') return value ? 'Có' : 'Không';
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.join('; ');
  return field.kind === 'date' ? day(value) : value;
}

// The same for reading: choices by their label.
export function shownText(field: Field | undefined, value: Value | undefined): string {
  if (value === undefined) return '–';
  if (!field) return typeof value === 'string' ? value : JSON.stringify(value);
  if (typeof value === 'string' && isChoice(field)) {
    return choicesOf(field).find((one) => one.value === value)?.name ?? value;
  }
  if (typeof value === 'boolean' && language.value === 'en') return value ? 'Yes' : 'No';
  return textOf(field, value);
}

// Cells as Excel copies them: tabs between, lines below one another, quotes around what holds either.
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const clean = text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let i = 0; i < clean.length; ++i) {
    const c = clean[i]!;
    if (quoted) {
      if (c === '"' && clean[i + 1] === '"') { cell += '"'; ++i; }
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\t' || c === '\n') {
      rows[rows.length - 1]!.push(cell.trim());
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows[rows.length - 1]!.push(cell.trim());
  return rows;
}
