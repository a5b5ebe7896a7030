// Who is signed in at the province's pages, and how many reports wait.
import {signal} from '@preact/signals';

import {ApiError, get, onSignedOut, post, remove, setCsrf} from '../common/api';
import {roles, type QueueRow, type Role, type Session} from './types';

export type Door = 'asking' | 'in' | 'out';
export const door = signal<Door>('asking');
export const session = signal<Session | null>(null);
export const waiting = signal(0);

// Somebody who was away for too long keeps what is on the screen: the door opens over it.
onSignedOut(() => { if (door.value !== 'asking') door.value = 'out'; });

export const may = (least: Role): boolean =>
  session.value !== null && roles.indexOf(session.value.role) >= roles.indexOf(least);

function entered(known: Session): void {
  setCsrf(known.csrf);
  session.value = known;
  door.value = 'in';
  void count();
}

export async function enter(): Promise<void> {
  try {
    entered(await get<Session>('/session'));
  } catch (error) {
    if (error instanceof ApiError && error.unreachable) setTimeout(() => void enter(), 1000);
    else door.value = 'out';
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  entered(await post<Session>('/session', {name, password}));
}

export async function signOut(): Promise<void> {
  await remove('/session');
  session.value = null;
  door.value = 'out';
}

export async function count(): Promise<void> {
  if (!may('officer')) return;
  try {
    waiting.value = (await get<QueueRow[]>('/review')).filter((row) => row.waits === 'review').length;
  } catch { /* the page itself says it */ }
}
