// Who is signed in at this page, and how things stand with the province, asked every few seconds while the page is seen.
import {signal} from '@preact/signals';

import {ApiError, get, onSignedOut, post, reachable, remove, setCsrf} from '../common/api';
import type {Conflict, LedgerRow, Notice, Session, Status} from './types';

export type Door = 'asking' | 'in' | 'out';
export const door = signal<Door>('asking');
export const session = signal<Session | null>(null);
export const status = signal<Status | null>(null);
// Of waiting revisions, the most since the line was last idle: "sending 3 of 12".
export const sendingOf = signal(0);
export const unread = signal(0);

// Somebody who is signed out in the middle of a form keeps what is on the screen: the door opens over it.
onSignedOut(() => { if (door.value === 'in') door.value = 'out'; });

export async function enter(): Promise<void> {
  try {
    const known = await get<Session>('/session');
    setCsrf(known.csrf);
    session.value = known;
    door.value = 'in';
    void watch();
  } catch (error) {
    if (error instanceof ApiError && error.unreachable) setTimeout(() => void enter(), 1000);
    else door.value = 'out';
  }
}

export async function signIn(key: {code?: string; name: string; password: string}): Promise<void> {
  await post('/session', key);
  await enter();
}

export async function signOut(): Promise<void> {
  await remove('/session');
  session.value = null;
  door.value = 'out';
}

let watching = false;
const restMs = 3000;
const awayMs = 800;

async function look(): Promise<void> {
  const now = await get<Status>('/status');
  sendingOf.value = now.pending === 0 ? 0 : Math.max(sendingOf.value, now.pending);
  status.value = now;
}

// One request after another, never two at once; quicker while nobody answers.
export async function watch(): Promise<void> {
  if (watching) return;
  watching = true;
  for (let round = 0; door.value !== 'asking'; ++round) {
    if (!document.hidden && door.value === 'in') {
      try {
        await look();
        if (round % 5 === 0) unread.value = (await get<Notice[]>('/notices')).filter((one) => !isRead(one)).length;
      } catch { /* reachable says it; a refusal shows where it was asked */ }
    }
    await new Promise((go) => setTimeout(go, reachable.value ? restMs : awayMs));
  }
  watching = false;
}

export const isRead = (notice: Notice): boolean => Object.keys(notice.read ?? {}).length > 0;

// Asked for by several pages.
export const conflicts = (): Promise<Conflict[]> => get<Conflict[]>('/conflicts');
export const ledger = (): Promise<LedgerRow[]> => get<LedgerRow[]>('/ledger');

// "Lần cuối …" and what to do, for the sign of the line.
export async function syncNow(): Promise<{sent: number; received: number; error: {message: string; message_vi?: string} | null}> {
  const done = await post<{sent: number; received: number; error: {message: string; message_vi?: string} | null}>('/sync');
  await look();
  return done;
}
