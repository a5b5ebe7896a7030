// This PC: which office it is, its line, backups, language and looks.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {ApiError, get, post, put} from '../common/api';
import {bytes} from '../common/format';
import {useLoad} from '../common/load';
import {Alert, Button, Card, PageHead} from '../common/ui/basics';
import {Field} from '../common/ui/field';
import {Looks} from '../common/ui/looks';
import {toast} from '../common/ui/toast';
import {Failure, Show} from '../common/ui/waiting';
import {session, status} from './session';
import type {Settings, Status} from './types';
import {t} from './words';

function Facts({of}: {of: [string, string][]}) {
  return <dl class="facts">{of.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value || '–'}</dd></div>)}</dl>;
}

const megabyte = 1_000_000;
const limits = [0, 2, 5, 10, 20, 50, 100, 200, 500].map((one) => one * megabyte);

function Budget() {
  const [error, setError] = useState<ApiError | null>(null);
  const now = status.value?.budget;
  if (!now) return null;
  const set = async (bytesMax: number) => {
    setError(null);
    try {
      const budget = await put<Status['budget']>('/settings/line', {day_limit_bytes: bytesMax});
      status.value = {...status.value!, budget: budget!};
      toast(t('settings.limitSet'));
    } catch (wrong) { setError(wrong as ApiError); }
  };
  const shown = limits.includes(now.day_limit_bytes) ? limits : [...limits, now.day_limit_bytes].sort((a, b) => a - b);
  return (
    <div class="stack tight after">
      {error && <Failure error={error} />}
      <Field label={t('settings.limit')} hint={t('settings.used', {used: bytes(now.used_today_bytes)})}>
        {(bound) => (
          <select class="select" {...bound} value={String(now.day_limit_bytes)} onChange={(event) => void set(Number(event.currentTarget.value))}>
            {shown.map((one) => <option key={one} value={String(one)}>{one === 0 ? t('settings.limitNone') : bytes(one)}</option>)}
          </select>
        )}
      </Field>
      {now.spent && <Alert tone="warn"><p>{t('settings.spent')}</p></Alert>}
    </div>
  );
}

function Backup() {
  const [file, setFile] = useState('');
  const {busy, error, act: make} = useAct(async () => setFile((await post<{file: string}>('/backups')).file));
  return (
    <Card title={t('settings.backup')}>
      <div class="stack tight">
        <p>{t('settings.backupWhy')}</p>
        {error && <Failure error={error} />}
        {file && <Alert tone="good"><p>{t('settings.backupDone')}</p><p><code>{file}</code></p></Alert>}
        <div><Button disabled={busy} onClick={() => void make()}>{busy ? t('settings.backingUp') : t('settings.backupNow')}</Button></div>
      </div>
    </Card>
  );
}

export function SettingsPage() {
  const work = useLoad('settings', (stop) => get<Settings>('/settings', {signal: stop}));
  const link = status.value?.link;
  return (
    <>
      <PageHead title={t('nav.settings')} about={session.value ? `Trạm ${session.value.version}` : undefined} />
      <Card title={t('settings.looks')}><Looks /></Card>
      <Show of={work}>
        {(now) => (
          <div class="pair">
            <Card title={t('settings.enrolment')}>
              <Facts of={[[t('settings.office'), `${now.office_name} (${now.office})`], [t('settings.unit'), now.unit ? `${now.unit.name_vi} (${now.unit.code})` : ''],
                          [t('settings.steps'), t(now.two_steps ? 'settings.two' : 'settings.one')], [t('settings.server'), now.server],
                          [t('settings.device'), `${now.pc} (${now.device.slice(0, 8)})`], [t('settings.folder'), now.folder], [t('settings.free'), bytes(now.free_bytes)]]} />
            </Card>
            <Card title={t('settings.line')}>
              <Facts of={[[t('settings.sent'), bytes(link?.bytes_sent ?? 0)], [t('settings.received'), bytes(link?.bytes_received ?? 0)],
                          [t('settings.requests'), String(link?.requests ?? 0)], [t('settings.proxy'), now.proxy || t('settings.direct')], [t('settings.pin'), t(now.pinned ? 'form.yes' : 'form.no')]]} />
              <Budget />
              <p class="small muted after">{t('settings.lineHow')}</p>
            </Card>
            <Backup />
          </div>
        )}
      </Show>
    </>
  );
}
