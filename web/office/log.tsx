// The line in plain words: how it stands now, and what became of everything written here.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {bytes, instant, number} from '../common/format';
import {language} from '../common/i18n';
import {useLoad} from '../common/load';
import {Alert, Badge, Button, Card, Empty, PageHead, type Tone} from '../common/ui/basics';
import {Failure, Show} from '../common/ui/waiting';
import {lineText} from './line_sign';
import {placeOf} from './search';
import {ledger, status, syncNow} from './session';
import {fateWord} from './states';
import type {Fate, LedgerRow} from './types';
import {t} from './words';

const rowsShown = 200;
const tones: Record<Fate, Tone> = {pending: 'info', sent: 'info', received: 'good', accepted: 'good', refused: 'bad', merged: 'plain', superseded: 'plain'};

function Now() {
  const now = status.value;
  if (!now) return null;
  const {tone, text} = lineText(now);
  return (
    <Alert tone={tone}>
      <p class="strong">{text}</p>
      <p class="small">{t('log.contact', {at: now.last_contact ? instant(now.last_contact) : t('log.never')})} · {t('line.bytes', {sent: bytes(now.link.bytes_sent), received: bytes(now.link.bytes_received)})}</p>
      {now.last_error && <p>{(language.value === 'vi' && now.last_error.message_vi) || now.last_error.message}</p>}
      {now.state === 'offline' && <p class="small">{t('log.offlineHow')}</p>}
      {now.state === 'refused' && <p class="small">{t('log.refusedHow')}</p>}
    </Alert>
  );
}

function Row({row}: {row: LedgerRow}) {
  const {name, to} = placeOf(row.id);
  const reason = language.value === 'vi' ? row.reason_vi || row.reason : row.reason;
  return (
    <tr>
      <td class="nowrap small">{instant(row.at)}</td>
      <td>{to ? <a href={to}>{name}</a> : name}<div class="small muted">{t('log.version', {n: row.rev.split('-')[0] ?? ''})}</div></td>
      <td><Badge tone={tones[row.fate]}>{fateWord(row.fate)}</Badge>{reason && <p class="reason">{reason}</p>}
        {row.receipt?.at && <p class="small muted">{t('log.receipt', {at: instant(row.receipt.at)})}</p>}</td>
    </tr>
  );
}

export function Log() {
  const rows = useLoad('ledger', ledger, 10_000);
  const [said, setSaid] = useState<string | null>(null);
  const {busy, error, act: sync} = useAct(async () => {
    setSaid(null);
    const done = await syncNow();
    setSaid(done.error ? (language.value === 'vi' && done.error.message_vi) || done.error.message : t('log.synced', {sent: number(done.sent), received: number(done.received)}));
    rows.reload();
  });
  return (
    <>
      <PageHead title={t('nav.log')} actions={<Button kind="primary" disabled={busy} onClick={() => void sync()}>{busy ? t('log.syncing') : t('log.sync')}</Button>} />
      {error && <Failure error={error} />}
      {said && <p role="status">{said}</p>}
      <Now />
      <Show of={rows}>
        {(all) => (
          <Card title={t('log.fates')} flush>
            {all.length === 0 ? <Empty>{t('log.none')}</Empty> : (
              <div class="scroll"><table class="table">
                <thead><tr><th scope="col">{t('col.when')}</th><th scope="col">{t('col.what')}</th><th scope="col">{t('col.fate')}</th></tr></thead>
                <tbody>{[...all].reverse().slice(0, rowsShown).map((row) => <Row key={row.id + row.rev} row={row} />)}</tbody>
              </table></div>
            )}
          </Card>
        )}
      </Show>
    </>
  );
}
