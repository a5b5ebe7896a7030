// A filled workbook or CSV: seen first (what would change, cell by cell), then taken over.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {postFile, type ApiError} from '../common/api';
import {number} from '../common/format';
import {language} from '../common/i18n';
import {href} from '../common/route';
import {Alert, Button, Card, PageHead} from '../common/ui/basics';
import {toast} from '../common/ui/toast';
import {Failure} from '../common/ui/waiting';
import {shownText} from './form/text';
import type {ImportPlan} from './types';
import {t} from './words';

const rowsShown = 300;

// A cell of a workbook is called the same in every language, a line of a CSV is not.
const placeOf = (place: string): string => place.startsWith('line ') ? t('import.line', {n: place.slice(5)}) : place;

function Plan({plan}: {plan: ImportPlan}) {
  return (
    <>
      {plan.problems.length > 0 && (
        <Alert tone="bad"><p class="strong">{t('import.problems', {n: number(plan.problems.length)})}</p>
          <ul>{plan.problems.slice(0, rowsShown).map((one) => <li key={one.place + one.path}><b>{placeOf(one.place)}</b>: {language.value === 'vi' ? one.message_vi : one.message}</li>)}</ul></Alert>
      )}
      {plan.legacy.length > 0 && (
        <Alert tone="warn"><p class="strong">{t('import.legacy', {n: number(plan.legacy.length)})}</p>
          <ul>{plan.legacy.slice(0, 20).map((one) => <li key={one.place}><b>{placeOf(one.place)}</b> {one.encoding}: <del>{one.before}</del> → <ins>{one.after}</ins></li>)}</ul></Alert>
      )}
      <Card title={t('import.changes', {n: number(plan.changes.length)})} flush>
        <div class="scroll"><table class="table">
          <thead><tr><th scope="col">{t('import.place')}</th><th scope="col">{t('conflict.field')}</th><th scope="col">{t('import.before')}</th><th scope="col">{t('import.after')}</th></tr></thead>
          <tbody>{plan.changes.slice(0, rowsShown).map((one) => (
            <tr key={one.place + one.path + one.what}><td class="small">{placeOf(one.place)}</td><td>{one.label}</td><td>{shownText(undefined, one.before ?? undefined)}</td><td>{shownText(undefined, one.after ?? undefined)}</td></tr>
          ))}</tbody>
        </table></div>
      </Card>
    </>
  );
}

export function ImportPage() {
  const [file, setFile] = useState<File | null>(null);
  const [convert, setConvert] = useState(false);
  const [merge, setMerge] = useState(false);
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const {busy, error, act: send} = useAct(async (from: File | null, dry: boolean, options: {convert: boolean; merge: boolean} = {convert, merge}) => {
    if (!from) return;
    try {
      const done = await postFile<ImportPlan>(`/imports?dry_run=${dry}&convert=${options.convert}&merge=${options.merge}`, from);
      if (dry) setPlan(done);
      else { toast(t('import.done')); location.hash = href('report', done.id); }
    } catch (wrong) {
      setPlan(null);
      if ((wrong as ApiError).code === 'base_changed') setMerge(true);
      throw wrong;
    }
  });
  const choose = (event: {currentTarget: HTMLInputElement}) => {
    const chosen = event.currentTarget.files?.[0] ?? null;
    setFile(chosen);
    void send(chosen, true);
  };
  return (
    <>
      <PageHead title={t('reports.import')} about={t('import.about')} />
      <Card>
        <div class="stack tight">
          <div class="row">
            <label class="button">{t('import.choose')}<input class="visually-hidden" type="file" accept=".xlsx,.csv" aria-label={t('import.choose')} onChange={choose} /></label>
            <span>{file?.name ?? t('import.noFile')}</span>
          </div>
          <label class="check"><input type="checkbox" checked={convert} onChange={(event) => { setConvert(event.currentTarget.checked); void send(file, true, {convert: event.currentTarget.checked, merge}); }} /> {t('import.convert')}</label>
          <label class="check"><input type="checkbox" checked={merge} onChange={(event) => { setMerge(event.currentTarget.checked); void send(file, true, {convert, merge: event.currentTarget.checked}); }} /> {t('import.merge')}</label>
        </div>
      </Card>
      {error && <Failure error={error} again={() => void send(file, true)} />}
      {plan && <Plan plan={plan} />}
      {plan && <div><Button kind="primary" disabled={busy || plan.problems.length > 0 || plan.changes.length === 0} onClick={() => void send(file, false)}>{t('import.now')}</Button></div>}
    </>
  );
}
