// Values of a report as people read them, by the field of the form.
import {day, number} from '../common/format';
import {language} from '../common/i18n';
import type {FormDocument, FormField, Value} from './types';
import {t} from './words';

export function shown(value: Value | undefined, field?: FormField): string {
  if (value === undefined) return '';
  if (value === null) return t('value.none');
  if (Array.isArray(value)) return value.map((one) => shown(one, field)).join('; ');
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') return number(value, field?.decimals);
  const choice = field?.choices?.[value];
  if (choice) return language.value === 'en' ? choice.en : choice.vi;
  return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : value;
}

export const isNumber = (field: FormField): boolean => ['count', 'money', 'decimal', 'percent', 'number', 'integer'].includes(field.kind);

// "tasks/0001-5f0c9a21/status" or "models_count": what the form calls it.
export function fieldAt(form: FormDocument, path: string): {field?: FormField; name: string} {
  const [first = '', , last] = path.split('/');
  const section = last ? form.sections.find((one) => one.id === first) : undefined;
  const fields = section ? section.fields : form.sections.filter((one) => one.kind === 'fields').flatMap((one) => one.fields);
  const field = fields.find((one) => one.id === (last ?? first));
  const name = field ? (language.value === 'en' ? field.label_en || field.label_vi : field.label_vi) : path;
  return field ? {field, name} : {name};
}
