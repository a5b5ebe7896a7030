// Paths of a document in words: the form's labels, "values/models_count", "rows/tasks/0001-…/status".
import {get} from '../common/api';
import {label} from '../common/i18n';
import type {Field, Form, Value} from './types';
import {shownText} from './form/text';
import {t, vi, type Word} from './words';

export async function formOf(id: string, version = 0): Promise<Form | null> {
  const [, code = ''] = id.split(':');
  try { return await get<Form>(`/forms/${code}/${version}`); } catch { return null; }
}

export function fieldOf(form: Form | null, path: string): Field | undefined {
  const parts = path.replace(/^(values|rows|remarks)\//, '').split('/');
  const section = parts.length > 1 ? form?.sections.find((one) => one.id === parts[0]) : undefined;
  const name = parts.length > 2 ? parts[2] : parts[0];
  return section ? section.fields.find((one) => one.id === name)
    : form?.sections.flatMap((one) => one.kind === 'fields' ? one.fields : []).find((one) => one.id === name);
}

export function pathText(form: Form | null, path: string): string {
  const [part, ...rest] = path.split('/');
  if (part === 'rows') {
    const section = form?.sections.find((one) => one.id === rest[0]);
    const field = fieldOf(form, path);
    const row = rest[1] ? t('form.row', {n: Number(rest[1].slice(0, 4))}) : '';
    return [label(section, rest[0]), row, rest[2] && label(field, rest[2])].filter(Boolean).join(' › ');
  }
  if (part === 'remarks') return `${t('form.remark')}: ${label(fieldOf(form, rest.join('/')), rest.join('/'))}`;
  if (part === 'values') return label(fieldOf(form, path), rest.join('/'));
  const known = `part.${part}` as Word;
  return known in vi ? t(known) : path;
}

export function valueText(form: Form | null, path: string, value: unknown): string {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const entries = Object.entries(value as Record<string, Value>);
    if (path.startsWith('rows/')) {
      return entries.map(([name, one]) => `${label(fieldOf(form, `${path}/${name}`), name)}: ${shownText(fieldOf(form, `${path}/${name}`), one)}`).join('; ') || t('form.noRows');
    }
    return entries.map(([name, one]) => `${name}: ${typeof one === 'string' ? one : JSON.stringify(one)}`).join('; ');
  }
  return shownText(fieldOf(form, path), value as Value | undefined);
}
