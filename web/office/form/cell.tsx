// One field to type in: a text as people write it, a long text, or a choice. Its value is bound to a signal, so typing
// renders nothing anew.
import type {TargetedKeyboardEvent} from 'preact';

import type {Field} from '../types';
import {t} from '../words';
import type {FormStore} from './store';
import {choicesOf, isChoice, isLong, isNumeric, noFigure} from './text';

// Enter goes on to the next field and Shift+Enter back; in a list up and down stay in the column.
function move(event: TargetedKeyboardEvent<HTMLElement>): void {
  const at = event.currentTarget;
  const column = at.dataset.column;
  const vertical = event.key === 'ArrowDown' || event.key === 'ArrowUp';
  const isArea = at instanceof HTMLTextAreaElement;
  if (event.key === 'Enter' ? isArea && !event.ctrlKey : !vertical || !column || isArea || at instanceof HTMLSelectElement) return;
  if (event.altKey || event.metaKey) return;
  const back = event.key === 'ArrowUp' || (event.key === 'Enter' && event.shiftKey);
  const scope = column ? at.closest('table')! : at.closest('.form-body')!;
  const all = [...scope.querySelectorAll<HTMLElement>(column ? `[data-column="${column}"]` : '[data-cell]')];
  const next = all[all.indexOf(at) + (back ? -1 : 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  if (next instanceof HTMLInputElement) next.select();
}

// Alt+0: nothing happened; Alt+9: no figure is available.
function quick(event: TargetedKeyboardEvent<HTMLElement>, field: Field, set: (text: string) => void): void {
  if (!event.altKey || event.ctrlKey || !isNumeric(field)) return;
  if (event.key !== '0' && event.key !== '9') return;
  event.preventDefault();
  set(event.key === '0' ? '0' : noFigure);
}

export function Cell({store, path, field, id, column, name, describedBy, disabled}: {
  store: FormStore; path: string; field: Field; id?: string; column?: string; name?: string; describedBy?: string; disabled?: boolean;
}) {
  const value = store.cell(path);
  const set = (text: string) => store.type(path, text);
  const common = {
    id, 'data-cell': path, 'data-column': column, 'aria-label': name, 'aria-describedby': describedBy,
    'aria-invalid': store.invalid(path), disabled: disabled || store.readOnly,
    onFocus: () => { store.focused = path; },
    onBlur: () => { store.focused = null; },
    onKeyDown: (event: TargetedKeyboardEvent<HTMLElement>) => { quick(event, field, set); move(event); },
  };
  if (isChoice(field) || field.kind === 'yes_no') {
    const options = field.kind === 'yes_no'
      ? [['Có', t('form.yes')], ['Không', t('form.no')]]
      : choicesOf(field).map((one) => [one.value, one.name]);
    return (
      <select class="select" {...common} value={value} onChange={(event) => set(event.currentTarget.value)}>
        <option value="" />
        {options.map(([code, text]) => <option key={code} value={code}>{text}</option>)}
      </select>
    );
  }
  if (isLong(field) && !column) {
    return <textarea class="textarea" rows={3} {...common} value={value} onInput={(event) => set(event.currentTarget.value)} />;
  }
  const numeric = isNumeric(field);
  return (
    <input class={numeric ? 'input number' : 'input'} autocomplete="off" spellcheck={false} inputMode={numeric ? 'decimal' : 'text'}
           {...common} value={value} onInput={(event) => set(event.currentTarget.value)} />
  );
}
