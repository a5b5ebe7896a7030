// Who did what: a list that can only grow, and whether it is as it was written.
import {useState} from 'preact/hooks';

import {ApiError, get} from '../common/api';
import {instant, number} from '../common/format';
import {useLoad} from '../common/load';
import {Alert, Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Failure, Show} from '../common/ui/waiting';
import type {AuditRow, AuditVerified} from './types';
import {en, t, vi, type Word} from './words';

const pageRows = 100;
const said = (kind: string, name: string): string => `${kind}.${name}` in vi && `${kind}.${name}` in en ? t(`${kind}.${name}` as Word) : name;

function Check() {
  const [found, setFound] = useState<AuditVerified | ApiError | null>(null);
  const check = async () => { try { setFound(await get<AuditVerified>('/audit/verify')); } catch (error) { setFound(error as ApiError); } };
  return (
    <>
      <div class="row"><Button onClick={() => void check()}>{t('audit.verify')}</Button></div>
      {found instanceof ApiError && <Failure error={found} />}
      {found && !(found instanceof ApiError) && (found.sound
        ? <Alert tone="good"><p>{t('audit.sound', {n: number(found.rows)})}</p><code class="small secret">{found.head}</code></Alert>
        : <Alert tone="bad" alert><p>{t('audit.broken', {n: number(found.bad_row)})}</p></Alert>)}
    </>
  );
}

function detail(of: unknown): string {
  if (of === null || of === undefined) return '';
  const shown = (name: string, value: unknown) => typeof value === 'object' ? JSON.stringify(value) : name === 'role' ? said('role', String(value)) : String(value);
  const text = Object.entries(of as object).map(([name, value]) => `${said('detail', name)}: ${shown(name, value)}`).join('; ');
  return text.length > 240 ? `${text.slice(0, 240)}…` : text;
}

export function AuditPage() {
  const [before, setBefore] = useState(0);
  const list = useLoad(`audit ${before}`, (stop) => get<AuditRow[]>(`/audit?limit=${pageRows}&before=${before}`, {signal: stop}));
  return (
    <>
      <PageHead title={t('nav.audit')} about={t('audit.about')} />
      <Check />
      <Card flush>
        <Show of={list}>
          {(rows) => rows.length === 0 ? <Empty>{t('audit.none')}</Empty> : (
            <>
              <div class="scroll" tabIndex={0} role="region" aria-label={t('nav.audit')}>
                <table class="table audit">
                  <thead><tr><th scope="col" class="number">#</th>{(['col.at', 'col.by', 'col.action', 'col.object', 'col.outcome'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}</tr></thead>
                  <tbody>{rows.map((row) => (
                    <tr key={row.n}>
                      <td class="number muted">{number(row.n)}</td><td class="nowrap">{instant(row.at)}</td><td>{row.by}<div class="small muted">{row.role && t(`role.${row.role}` as Word)} {row.from === 'command' ? t('audit.command') : row.from}</div></td>
                      <td>{said('action', row.action)}</td><td class="object">{row.object}<div class="small muted">{detail(row.detail)}</div></td>
                      <td>{row.outcome === 'done' ? <Badge tone="good">{t('audit.done')}</Badge> : <Badge tone="warn">{said('outcome', row.outcome)}</Badge>}</td>
                    </tr>
                  ))}</tbody>
                </table>
              </div>
              <div class="row pad">
                {before > 0 && <Button slim onClick={() => setBefore(0)}>{t('audit.newest')}</Button>}
                {rows.length === pageRows && <Button slim onClick={() => setBefore(rows[rows.length - 1]!.n)}>{t('audit.older')}</Button>}
              </div>
            </>
          )}
        </Show>
      </Card>
    </>
  );
}
