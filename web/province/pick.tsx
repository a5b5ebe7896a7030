// The choice of form and period that several pages begin with; kept in the address, so that a page can be sent to somebody.
import {get} from '../common/api';
import {label, language} from '../common/i18n';
import {useLoad} from '../common/load';
import {route} from '../common/route';
import {Field} from '../common/ui/field';
import type {FormRow, PeriodRow} from './types';
import {t} from './words';

export const useForms = () => useLoad('forms', (stop) => get<FormRow[]>('/forms', {signal: stop}));
export const usePeriods = () => useLoad('periods', (stop) => get<PeriodRow[]>('/periods', {signal: stop}));

// What the address says behind "?"; another choice replaces it.
export const chosen = (name: string): string => route.value.query.get(name) ?? '';
export function choose(values: Record<string, string>): void {
  const query = new URLSearchParams(route.value.query);
  for (const [name, value] of Object.entries(values)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const path = route.value.path.map(encodeURIComponent).join('/');
  history.replaceState(null, '', `#/${path}?${query}`);
  route.value = {path: route.value.path, query};
}

const shown = (period: PeriodRow): string => language.value === 'en' ? period.label_en : period.label_vi;

export function PeriodPick({name = 'period', label: said, all, value}: {name?: string; label?: string; all?: string; value: string}) {
  const periods = usePeriods();
  return (
    <Field label={said ?? t('pick.period')}>
      {(bound) => (
        <select class="select" {...bound} value={value} onChange={(event) => choose({[name]: event.currentTarget.value})}>
          {all && <option value="">{all}</option>}
          {periods.data?.map((one) => <option key={one.period} value={one.period}>{shown(one)}</option>)}
        </select>
      )}
    </Field>
  );
}

export function FormPick({all, value}: {all?: string; value: string}) {
  const forms = useForms();
  return (
    <Field label={t('pick.form')}>
      {(bound) => (
        <select class="select" {...bound} value={value} onChange={(event) => choose({form: event.currentTarget.value})}>
          {all && <option value="">{all}</option>}
          {forms.data?.map((one) => <option key={one.code} value={one.code}>{one.code.toUpperCase()} · {label(one)}</option>)}
        </select>
      )}
    </Field>
  );
}
