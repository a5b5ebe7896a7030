// A report: its sections, made from the form's document; saved while it is typed; submitted from here.
import {useEffect, useRef, useState} from 'preact/hooks';

import {ApiError, post, remove, segment} from '../../common/api';
import {instant, period} from '../../common/format';
import {label} from '../../common/i18n';
import {useLoad} from '../../common/load';
import {memo} from '../../common/memo';
import {go, href} from '../../common/route';
import {Alert, Badge, Button, Card, PageHead} from '../../common/ui/basics';
import {toast} from '../../common/ui/toast';
import {Failure, Show} from '../../common/ui/waiting';
import {status} from '../session';
import {StateBadge} from '../states';
import type {Report, Section, Value} from '../types';
import {t} from '../words';
import {Attachments} from './attachments';
import {FieldsSection} from './fields_section';
import {RowsSection} from './rows_section';
import {SaveSign} from './save_sign';
import {openStore, type FormStore} from './store';
import {Submit} from './submit';
import {shownText} from './text';

export function FormPage({id}: {id: string}) {
  // Opened once: whoever types goes on in the same store, also when the agent was away and pages load anew.
  const opened = useRef<FormStore | null>(null);
  const work = useLoad(`form ${id}`, async (stop) => opened.current ??= await openStore(id, stop));
  useEffect(() => () => opened.current?.close(), []);
  return <Show of={work}>{(store) => <Body store={store} />}</Show>;
}

function Notes({report, store}: {report: Report; store: FormStore}) {
  const review = report.review;
  return (
    <>
      {report.conflict && <Alert tone="bad"><p><a href={href('conflict', report._id)}>{t('form.conflict')}</a></p></Alert>}
      {report.state === 'returned' && review?.reasons && (
        <Alert tone="bad">
          <p class="strong">{t('form.returned', {by: review.by, at: instant(review.at)})}</p>
          <ul>{review.reasons.map((one) => <li key={one.field + one.text}>{one.field && <b>{label(store.fieldAt(one.field), one.field)}: </b>}{one.text}</li>)}</ul>
          {review.proposed && <Proposed store={store} values={review.proposed} />}
        </Alert>
      )}
      {report.fate === 'refused' && <Alert tone="bad"><p><a href="#/log">{t('form.refused')}</a></p></Alert>}
      {store.keeper.state.value === 'failed' && store.keeper.error.value && <Failure error={store.keeper.error.value} again={() => void store.keeper.refresh().catch(() => undefined)} />}
    </>
  );
}

// What the province would have instead; one button takes all of it over, into what is typed here.
function Proposed({store, values}: {store: FormStore; values: Record<string, Value>}) {
  const accept = async () => {
    try {
      await store.keeper.save();
      await post(`/reports/${segment(store.id)}/accept`);
      toast(t('form.accepted'));
      await store.reload();
    } catch (error) { toast((error as ApiError).message); }
  };
  return (
    <>
      <ul>{Object.entries(values).map(([path, value]) => {
        const field = store.fieldAt(path);
        return <li key={path}>{t('form.proposed', {field: label(field, path), value: shownText(field, value)})}</li>;
      })}</ul>
      {!store.readOnly && <Button kind="primary" onClick={() => void accept()}>{t('form.accept')}</Button>}
    </>
  );
}

function Marks({store, section}: {store: FormStore; section: Section}) {
  const findings = store.findingsIn(section).filter((one) => store.strict.value || one.rule !== 'required');
  const errors = findings.filter((one) => one.level === 'error').length;
  const warnings = findings.length - errors;
  return (
    <span class="row">
      {errors > 0 && <Badge tone="bad">{t('form.errors', {n: errors})}</Badge>}
      {warnings > 0 && <Badge tone="warn">{t('form.warnings', {n: warnings})}</Badge>}
    </span>
  );
}

const SectionCard = memo(function SectionCard({store, section}: {store: FormStore; section: Section}) {
  const title = <span id={`section-${section.id}`} tabIndex={-1}>{label(section, section.id)}</span>;
  return (
    <Card title={title} actions={<Marks store={store} section={section} />} flush>
      {section.asked_of === 'province' ? <p class="hint pad">{t('form.askedOfProvince')}</p>
        : section.kind === 'rows' ? <RowsSection store={store} section={section} /> : <FieldsSection store={store} section={section} />}
    </Card>
  );
});

function useKeys(store: FormStore, submit: () => void) {
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      if (event.key === 's') { event.preventDefault(); void store.keeper.save().catch(() => undefined); }
      if (event.key === 'Enter') { event.preventDefault(); submit(); }
      if (event.key === 'p') { event.preventDefault(); void print(store); }
    };
    addEventListener('keydown', act);
    return () => removeEventListener('keydown', act);
  }, [store]);
}

const exportPath = (id: string, format: string) => `/api/v1/reports/${segment(id)}/export?format=${format}`;

// The print view is made of what is saved.
async function print(store: FormStore): Promise<void> {
  try { await store.keeper.save(); } catch { /* what is saved is printed; the sign says the rest */ }
  open(exportPath(store.id, 'html'), '_blank');
}

function Actions({store, submit}: {store: FormStore; submit: () => void}) {
  const report = store.report.value;
  const act = async (what: () => Promise<unknown>, done: string) => {
    try { await what(); toast(done); await store.reload(); } catch (error) { toast((error as ApiError).message); }
  };
  const canDelete = report.state === 'draft' && !report.submission && !report.conflict;
  const sent = report.state === 'submitted' || report.state === 'received';
  return (
    <>
      <SaveSign store={store} />
      <Button onClick={() => void store.keeper.save().catch(() => undefined)} title="Ctrl+S" disabled={store.readOnly}>{t('act.save')}</Button>
      <Button onClick={() => void print(store)} title="Ctrl+P">{t('form.print')}</Button>
      <a class="button" href={exportPath(store.id, 'xlsx')} download>XLSX</a>
      <a class="button" href={href('history', store.id)}>{t('nav.history')}</a>
      {canDelete && <Button kind="danger" onClick={() => { if (confirm(t('form.deleteSure'))) void remove(`/reports/${segment(store.id)}`).then(() => { store.close(); go('reports'); }, (error: Error) => toast(error.message)); }}>{t('form.delete')}</Button>}
      {report.awaiting_leader && <Button kind="primary" onClick={() => void act(() => post(`/reports/${segment(store.id)}/confirm`), t('submit.done'))}>{t('form.confirm')}</Button>}
      {sent && <Button onClick={() => void act(() => post(`/reports/${segment(store.id)}/withdraw`), t('form.withdrawn'))}>{t('form.withdraw')}</Button>}
      {!store.readOnly && !report.awaiting_leader && <Button kind="primary" onClick={submit} title="Ctrl+Enter">{t('submit.open')}</Button>}
    </>
  );
}

function Body({store}: {store: FormStore}) {
  const [submitting, setSubmitting] = useState(false);
  const report = store.report.value;
  const submit = () => {
    store.strict.value = true;
    void store.keeper.save().catch(() => undefined).then(() => setSubmitting(true));
  };
  useKeys(store, submit);
  // What the line brought in the meantime.
  const sequence = status.value?.sequence;
  useEffect(() => { if (sequence !== undefined && !store.keeper.busy) void store.reload().catch(() => undefined); }, [sequence]);
  const about = (
    <span class="row">
      <span>{report.form.toUpperCase()} · {period(report.period)}{report.unit ? ` · ${report.unit.name_vi}` : ''}</span>
      <StateBadge of={report} />
    </span>
  );
  return (
    <div class="form-body stack">
      <PageHead title={label(store.form, store.form.code)} about={about} actions={<Actions store={store} submit={submit} />} />
      <Notes report={report} store={store} />
      {store.form.sections.length > 2 && (
        <nav class="tabs no-print" aria-label={t('form.sections')}>
          {store.form.sections.map((one) => (
            <button type="button" class="link" key={one.id} onClick={() => document.getElementById(`section-${one.id}`)?.scrollIntoView({block: 'start'})}>{label(one, one.id)}</button>
          ))}
        </nav>
      )}
      {store.form.sections.map((section) => <SectionCard key={section.id} store={store} section={section} />)}
      <Attachments id={store.id} />
      <p class="small muted no-print">{t('form.keys')}</p>
      {submitting && <Submit store={store} close={() => setSubmitting(false)} />}
    </div>
  );
}
