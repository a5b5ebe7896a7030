// A section of rows: add, delete, paste from Excel. Rows far from the screen are an empty space until they come near, a few
// a frame, so that a list of hundreds appears at once.
import {useSignal} from '@preact/signals';
import {useEffect, useMemo, useRef} from 'preact/hooks';

import {folded, number} from '../../common/format';
import {label} from '../../common/i18n';
import {memo} from '../../common/memo';
import {Button, Empty} from '../../common/ui/basics';
import type {Field, Section} from '../types';
import {t} from '../words';
import {Cell} from './cell';
import {Messages} from './messages';
import type {FormStore} from './store';
import {cellsOf, isTyped, shownText} from './text';

const chunkRows = 5;
const rowHeight = 37;

const shownFields = (section: Section): Field[] => section.fields.filter((field) => field.generated !== 'uuid' && field.kind !== 'id');

// Fills from the field it was pasted in, to the right and down; rows that are missing are added.
function paste(store: FormStore, section: Section, row: string, field: Field, text: string): boolean {
  const cells = cellsOf(text);
  if (cells.length === 1 && cells[0]!.length === 1) return false;
  const fields = shownFields(section).filter(isTyped);
  const from = fields.indexOf(field);
  const ids = store.rowsOf(section.id).value ?? [];
  const at = ids.indexOf(row);
  const missing = at + cells.length - ids.length;
  const all = missing > 0 ? [...ids, ...store.addRows(section.id, missing)] : ids;
  cells.forEach((line, down) => line.forEach((cell, right) => {
    const target = fields[from + right];
    const id = all[at + down];
    if (target && id) store.type(`${section.id}/${id}/${target.id}`, choiceOf(target, cell));
  }));
  return true;
}

// A choice pasted by its label becomes its code.
function choiceOf(field: Field, text: string): string {
  const wanted = folded(text);
  return Object.entries(field.choices ?? {}).find(([value, one]) => [one.vi, one.en, value].some((name) => folded(name) === wanted))?.[0] ?? text;
}

const Row = memo(function Row({store, section, row, at, fields}: {store: FormStore; section: Section; row: string; at: number; fields: Field[]}) {
  const typable = !section.filled_from;
  return (
    <tr>
      <th scope="row" class="number">{number(at + 1)}</th>
      {fields.map((field) => {
        const path = `${section.id}/${row}/${field.id}`;
        const name = `${label(field, field.id)}, ${t('form.row', {n: at + 1})}`;
        return (
          <td key={field.id} onPaste={(event) => { if (paste(store, section, row, field, event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault(); }}>
            {isTyped(field) && typable ? <Cell store={store} path={path} field={field} column={field.id} name={name} describedBy={`said-${path}`} />
              : <RowComputed store={store} path={path} field={field} />}
            <Messages store={store} path={path} id={`said-${path}`} />
          </td>
        );
      })}
      <td class="end">
        {typable && !store.readOnly && <Button kind="quiet" slim aria-label={t('form.deleteRow', {n: at + 1})} title={t('form.deleteRow', {n: at + 1})} onClick={() => store.deleteRow(section.id, row)}>✕</Button>}
      </td>
    </tr>
  );
});

function RowComputed({store, path, field}: {store: FormStore; path: string; field: Field}) {
  const value = store.computedAt(path).value ?? store.saved(path);
  return <output class="computed">{shownText(field, value)}</output>;
}

function Chunk({store, section, ids, from, fields}: {store: FormStore; section: Section; ids: string[]; from: number; fields: Field[]}) {
  const take = () => store.turns.take(ids.length * fields.length);
  const first = useMemo(() => from === 0 ? take() : null, []);
  const turn = useSignal(first);
  const body = useRef<HTMLTableSectionElement>(null);
  useEffect(() => {
    if (first || !body.current) return;
    const observer = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      turn.value = take();
      observer.disconnect();
    }, {rootMargin: '600px'});
    observer.observe(body.current);
    return () => observer.disconnect();
  }, []);
  if (!turn.value?.value) {
    return <tbody ref={body}><tr><td colSpan={fields.length + 2} style={{height: `${ids.length * rowHeight}px`}} /></tr></tbody>;
  }
  return <tbody>{ids.map((row, i) => <Row key={row} store={store} section={section} row={row} at={from + i} fields={fields} />)}</tbody>;
}

export function RowsSection({store, section}: {store: FormStore; section: Section}) {
  const fields = shownFields(section);
  const ids = store.rowsOf(section.id).value;
  const box = useRef<HTMLDivElement>(null);
  const typable = !section.filled_from && !store.readOnly;
  const add = () => {
    const [row] = store.addRows(section.id, 1);
    const first = fields.find(isTyped);
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-cell="${section.id}/${row}/${first?.id}"]`)?.focus());
  };
  const chunks: string[][] = [];
  for (let i = 0; i < (ids?.length ?? 0); i += chunkRows) chunks.push(ids!.slice(i, i + chunkRows));
  return (
    <div class="rows" ref={box} onKeyDown={(event) => { if (event.altKey && event.key === 'Insert' && typable) { event.preventDefault(); add(); } }}>
      {section.filled_from && <p class="hint">{t('form.filled')}</p>}
      {chunks.length > 0 ? (
        <div class="scroll sheet" tabIndex={0} role="group" aria-label={label(section, section.id)}>
          <table>
            <thead><tr><th scope="col" class="number">{t('form.no.')}</th>{fields.map((field) => (
              <th scope="col" key={field.id} class={`kind-${field.kind}`}>{label(field, field.id)}{field.required === 'submit' && <span class="required"> *</span>}</th>
            ))}<th scope="col"><span class="visually-hidden">{t('form.delete')}</span></th></tr></thead>
            {chunks.map((part, i) => <Chunk key={i} store={store} section={section} ids={part} from={i * chunkRows} fields={fields} />)}
          </table>
        </div>
      ) : <Empty>{ids === null ? t('form.untouched') : t('form.noRows')}</Empty>}
      {typable && (
        <div class="row rows-tools no-print">
          <Button slim onClick={add} title="Alt+Insert">+ {t('form.addRow')}</Button>
          {chunks.length === 0 && <Button slim aria-pressed={ids !== null} onClick={() => store.setNone(section.id, ids === null)}>{ids === null ? t('form.nothing') : t('form.undoNone')}</Button>}
          {chunks.length > 0 && <span class="small muted">{t('form.pasteHint', {n: number(ids!.length)})}</span>}
        </div>
      )}
    </div>
  );
}
