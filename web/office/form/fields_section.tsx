// A section of single fields: label, field, unit, and what belongs to it: "không phát sinh", "chưa có số liệu", a remark.
import {useComputed, useSignal} from '@preact/signals';
import type {TargetedKeyboardEvent} from 'preact';
import {useId, useMemo} from 'preact/hooks';

import {atOnce} from '../../common/at_once';
import {number} from '../../common/format';
import {label} from '../../common/i18n';
import {memo} from '../../common/memo';
import {Button} from '../../common/ui/basics';
import type {Field, Section} from '../types';
import {t} from '../words';
import {Cell} from './cell';
import {Messages} from './messages';
import type {FormStore} from './store';
import {isLong, isNumeric, isTyped, noFigure, textOf} from './text';

function Computed({store, path, field, listed}: {store: FormStore; path: string; field: Field; listed?: boolean}) {
  const value = store.computedAt(path).value;
  const text = typeof value === 'number' ? number(value, field.decimals) : textOf(field, value);
  return <output class="computed" title={t(listed ? 'form.fromList' : 'form.computed')}>{text || '–'}</output>;
}

function RemarkLine({store, path, name}: {store: FormStore; path: string; name: string}) {
  const text = useSignal(store.remark(path));
  return (
    <input class="input remark" aria-label={`${t('form.remark')}: ${name}`} placeholder={t('form.remark')} disabled={store.readOnly}
           value={text} onInput={(event) => { text.value = event.currentTarget.value; store.setRemark(path, text.value); }} />
  );
}

const Figure = memo(function Figure({store, field}: {store: FormStore; field: Field}) {
  const id = useId();
  const open = useSignal(store.remark(field.id) !== '');
  const name = label(field, field.id);
  // Computed apart, so that a key renders nothing anew.
  const listed = useComputed(() => field.computed_if_listed !== undefined && (store.judged.value?.listed.includes(field.id) ?? false));
  const counted = useComputed(() => listed.value && store.cell(field.id).value === '').value;
  const typed = isTyped(field) && !counted;
  const wantsRemark = useComputed(() => store.cell(field.id).value === noFigure
    || store.saidAt(field.id).findings.some((one) => one.level === 'warning' && !one.remarked)).value;
  const remarkKey = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (!event.altKey || event.ctrlKey || event.key !== '8') return;
    event.preventDefault();
    const box = event.currentTarget;
    atOnce(() => { open.value = true; });
    box.querySelector<HTMLElement>('.remark')?.focus();
  };
  return (
    <div class={isLong(field) ? 'figure long' : 'figure'} onKeyDown={remarkKey}>
      <label for={typed ? id : undefined} class="name">
        {name}{field.required === 'submit' && <span class="required" title={t('form.required')}> *</span>}
      </label>
      <div class="value">
        {typed ? <Cell store={store} path={field.id} field={field} id={id} describedBy={`${id}-said`} /> : <Computed store={store} path={field.id} field={field} listed={listed.value} />}
        {field.unit && <span class="unit">{field.unit}</span>}
      </div>
      <div class="tools">
        {typed && isNumeric(field) && !store.readOnly && (
          <>
            <Button kind="quiet" slim tabIndex={-1} title="Alt+0" aria-keyshortcuts="Alt+0" aria-label={`${t('form.nothing')}: ${name}`} onClick={() => store.type(field.id, '0')}>{t('form.nothing')}</Button>
            <Button kind="quiet" slim tabIndex={-1} title="Alt+9" aria-keyshortcuts="Alt+9" aria-label={`${t('form.noFigure')}: ${name}`} onClick={() => store.type(field.id, noFigure)}>{t('form.noFigure')}</Button>
          </>
        )}
        {typed && <Button kind="quiet" slim tabIndex={-1} title="Alt+8" aria-keyshortcuts="Alt+8" aria-expanded={open} aria-label={`${t('form.remark')}: ${name}`} onClick={() => { open.value = !open.value; }}>{t('form.remark')}</Button>}
      </div>
      <div class="said">
        <Messages store={store} path={field.id} id={`${id}-said`} />
        {(open.value || wantsRemark) && <RemarkLine store={store} path={field.id} name={name} />}
      </div>
    </div>
  );
});

const pieceFields = 20;

function Piece({store, fields}: {store: FormStore; fields: Field[]}) {
  const made = useMemo(() => store.turns.take(fields.length), []).value;
  if (!made) return <div style={{height: `${fields.length * 2.8}rem`}} />;
  return <div class="piece">{fields.map((field) => <Figure key={field.id} store={store} field={field} />)}</div>;
}

export function FieldsSection({store, section}: {store: FormStore; section: Section}) {
  const pieces: Field[][] = [];
  for (let i = 0; i < section.fields.length; i += pieceFields) pieces.push(section.fields.slice(i, i + pieceFields));
  return <div class="figures">{pieces.map((fields) => <Piece key={fields[0]!.id} store={store} fields={fields} />)}</div>;
}
