// Submitting, with what stands in the way and the warnings told together; nothing is called sent before the receipt.

import {useAct} from '../../common/act';
import {post, segment} from '../../common/api';
import {label} from '../../common/i18n';
import {Alert, Button} from '../../common/ui/basics';
import {Dialog} from '../../common/ui/dialog';
import {toast} from '../../common/ui/toast';
import {Failure} from '../../common/ui/waiting';
import {syncNow} from '../session';
import type {Finding} from '../types';
import {t} from '../words';
import {findingText} from './messages';
import type {FormStore} from './store';

function go(path: string): void {
  const section = path.split('/')[0];
  const target = document.querySelector<HTMLElement>(`[data-cell="${path}"]`) ?? document.getElementById(`section-${section}`);
  target?.scrollIntoView({block: 'center'});
  target?.focus();
}

function List({store, of, close}: {store: FormStore; of: Finding[]; close: () => void}) {
  return (
    <ul class="lines">
      {of.slice(0, 30).map((one) => (
        <li key={one.field + one.rule}>
          <button type="button" class="link" onClick={() => { close(); go(one.field); }}>{label(store.fieldAt(one.field), one.field || t('submit.whole'))}</button>
          <span class="small">{findingText(one)}</span>
        </li>
      ))}
      {of.length > 30 && <li class="muted">{t('start.more', {n: of.length - 30})}</li>}
    </ul>
  );
}

export function Submit({store, close}: {store: FormStore; close: () => void}) {
  const findings = store.judged.value?.findings ?? [];
  const unread = store.judged.value?.problems.length ?? 0;
  const errors = findings.filter((one) => one.level === 'error');
  const open = findings.filter((one) => one.level === 'warning' && !one.remarked);
  const answered = findings.filter((one) => one.level === 'warning' && one.remarked);
  const blocked = errors.length + open.length + unread > 0;
  const {busy, error, act: submit} = useAct(async () => {
    const done = await post<{period_closed: boolean; awaiting_leader: boolean}>(`/reports/${segment(store.id)}/submit`);
    await store.reload();
    toast(done.awaiting_leader ? t('submit.awaiting') : done.period_closed ? t('submit.closed') : t('submit.done'));
    close();
    void syncNow().then(() => store.reload()).catch(() => undefined);
  });
  const footer = (
    <>
      <Button onClick={close}>{t('act.close')}</Button>
      <Button type="submit" kind="primary" disabled={blocked || busy}>{busy ? t('submit.busy') : t('submit.now')}</Button>
    </>
  );
  return (
    <Dialog title={t('submit.title')} onClose={close} onSubmit={() => { if (!blocked) void submit(); }} footer={footer}>
      {error && <Failure error={error} />}
      {unread > 0 && <Alert tone="bad"><p>{t('submit.unread', {n: unread})}</p></Alert>}
      {errors.length > 0 && <Alert tone="bad"><p class="strong">{t('submit.errors', {n: errors.length})}</p><List store={store} of={errors} close={close} /></Alert>}
      {open.length > 0 && <Alert tone="warn"><p class="strong">{t('submit.warnings', {n: open.length})}</p><List store={store} of={open} close={close} /></Alert>}
      {answered.length > 0 && <Alert tone="info"><p class="strong">{t('submit.answered', {n: answered.length})}</p><List store={store} of={answered} close={close} /></Alert>}
      {!blocked && <Alert tone="good"><p>{t('submit.ready')}</p></Alert>}
    </Dialog>
  );
}
