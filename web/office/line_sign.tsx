// One quiet sign for the line to the province: connected, offline since, sending 3 of 12, with bytes.
import {bytes, instant, number} from '../common/format';
import type {Tone} from '../common/ui/basics';
import {sendingOf, status} from './session';
import type {Status} from './types';
import {t} from './words';

export function lineText(now: Status): {tone: Tone; text: string} {
  const since = now.last_contact ? instant(now.last_contact) : '';
  if (now.budget?.spent && now.state === 'idle') return {tone: 'warn', text: t('line.spent', {n: number(now.pending)})};
  switch (now.state) {
    case 'syncing':
      return now.pending > 0
        ? {tone: 'info', text: t('line.sending', {n: number(Math.max(sendingOf.value - now.pending + 1, 1)), of: number(sendingOf.value)})}
        : {tone: 'info', text: t('line.fetching')};
    case 'offline': return {tone: 'warn', text: since ? t('line.offline', {since}) : t('line.never')};
    case 'refused': return {tone: 'bad', text: t('line.refused')};
    case 'error': return {tone: 'bad', text: t('line.error')};
    default:
      if (now.pending > 0) return {tone: 'info', text: t('line.waiting', {n: number(now.pending)})};
      return {tone: 'good', text: since ? t('line.idle') : t('line.new')};
  }
}

export function LineSign() {
  const now = status.value;
  if (!now) return null;
  const {tone, text} = lineText(now);
  const traffic = t('line.bytes', {sent: bytes(now.link.bytes_sent), received: bytes(now.link.bytes_received)});
  return (
    <a class={`line-sign ${tone}`} href="#/log" title={traffic}>
      <i aria-hidden="true" /><span>{text}</span><span class={now.state === 'syncing' ? 'muted' : 'visually-hidden'}>{traffic}</span>
    </a>
  );
}
