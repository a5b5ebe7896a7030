// The officer's decision: received, approved, or returned with a reason for each field; the leader reopens.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {post} from '../common/api';
import {Button, Card} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {toast} from '../common/ui/toast';
import {Failure} from '../common/ui/waiting';
import {count, may} from './session';
import {stateWord} from './states';
import type {OpenedReport, Reason} from './types';
import {t} from './words';

interface Props {
  report: OpenedReport; reasons: Reason[]; setReasons: (next: Reason[]) => void; nameOf: (path: string) => string; done: () => void;
}

function Reasons({reasons, setReasons, nameOf}: Pick<Props, 'reasons' | 'setReasons' | 'nameOf'>) {
  return (
    <>
      {reasons.map((reason, at) => (
        <Field key={reason.field} label={nameOf(reason.field)}>
          {(bound) => (
            <textarea class="textarea" rows={2} {...bound} required value={reason.text}
                      onInput={(event) => setReasons(reasons.map((one, i) => i === at ? {...one, text: event.currentTarget.value} : one))} />
          )}
        </Field>
      ))}
    </>
  );
}

export function Verdicts({report, reasons, setReasons, nameOf, done}: Props) {
  const [reopening, setReopening] = useState(false);
  const [lastDay, setLastDay] = useState('');
  const {busy, error, act: say} = useAct(async (verdict: string, more: object = {}) => {
    await post(`/offices/${report.office}/reports/${encodeURIComponent(report.id)}/review`, {verdict, ...more});
    toast(t('verdict.done', {state: stateWord(verdict)}));
    setReopening(false);
    await count();
    done();
  });
  const open = ['submitted', 'received'].includes(report.state) && !report.in_conflict && report.submission !== null;
  const closed = ['approved', 'locked'].includes(report.state);
  const complete = reasons.length > 0 && reasons.every((one) => one.text.trim() !== '');
  const whole = reasons.some((one) => one.field === '');
  return (
    <Card title={t('verdict.title')}>
      <div class="stack tight">
        {error && <Failure error={error} />}
        {!open && !closed && <p class="muted">{t('verdict.nothing')}</p>}
        {open && (
          <>
            <div class="row">
              <Button kind="primary" disabled={busy || reasons.length > 0} onClick={() => void say('approved')}>{t('verdict.approve')}</Button>
              {report.state === 'submitted' && <Button disabled={busy || reasons.length > 0} onClick={() => void say('received')}>{t('verdict.receive')}</Button>}
            </div>
            <h3>{t('verdict.returnTitle')}</h3>
            <p class="small muted">{t('verdict.how')}</p>
            <Reasons reasons={reasons} setReasons={setReasons} nameOf={nameOf} />
            <div class="row">
              {!whole && <Button slim onClick={() => setReasons([...reasons, {field: '', text: ''}])}>{t('verdict.addWhole')}</Button>}
              <Button kind="danger" disabled={busy || !complete} onClick={() => void say('returned', {reasons})}>{t('verdict.return')}</Button>
            </div>
          </>
        )}
        {closed && (may('leader')
          ? <Button onClick={() => { setReasons([{field: '', text: ''}]); setReopening(true); }}>{t('verdict.reopen')}</Button>
          : <p class="muted">{t('verdict.closed')}</p>)}
      </div>
      {reopening && (
        <Dialog title={t('verdict.reopen')} onClose={() => { setReasons([]); setReopening(false); }} onSubmit={() => void say('reopened', {reasons, last_day: lastDay})}
                footer={<><Button onClick={() => { setReasons([]); setReopening(false); }}>{t('act.cancel')}</Button><Button type="submit" kind="primary" disabled={busy || !complete || !lastDay}>{t('verdict.reopen')}</Button></>}>
          {error && <Failure error={error} />}
          <Reasons reasons={reasons} setReasons={setReasons} nameOf={nameOf} />
          <Field label={t('verdict.lastDay')}>{(bound) => <input class="input" type="date" {...bound} required value={lastDay} onInput={(event) => setLastDay(event.currentTarget.value)} />}</Field>
        </Dialog>
      )}
    </Card>
  );
}
