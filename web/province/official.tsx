// The leader's official run: it keeps what it was made from, and is never changed.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {post} from '../common/api';
import {period as periodName} from '../common/format';
import {go} from '../common/route';
import {Button, Card} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {toast} from '../common/ui/toast';
import {Failure} from '../common/ui/waiting';
import {t} from './words';

export function OfficialRun({form, period}: {form: string; period: string}) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const {busy, error, act: make} = useAct(async () => {
    const made = await post<{id: string}>('/runs', {form, period, reason});
    toast(t('run.made'));
    go('runs', made.id);
  });
  return (
    <Card title={t('run.officialTitle')}>
      <div class="row between"><p class="muted grow">{t('run.officialHow')}</p><Button kind="primary" onClick={() => setOpen(true)}>{t('run.make')}</Button></div>
      {open && (
        <Dialog title={t('run.confirm', {form: form.toUpperCase(), period: periodName(period)})} onClose={() => setOpen(false)} onSubmit={() => void make()}
                footer={<><Button onClick={() => setOpen(false)}>{t('act.cancel')}</Button><Button type="submit" kind="primary" disabled={busy}>{t('run.make')}</Button></>}>
          {error && <Failure error={error} />}
          <p>{t('run.confirmHow')}</p>
          <Field label={t('run.reason')} hint={t('run.reasonHint')}>{(bound) => <textarea class="textarea" rows={2} {...bound} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />}</Field>
        </Dialog>
      )}
    </Card>
  );
}
