// When what is typed is handed to the agent: kept at each pause, saved as a revision after a rest. While the agent does
// not answer it is tried again until it does, and the edits also lie in the browser's storage, for a closed window.
import {signal} from '@preact/signals';

import {ApiError} from '../../common/api';
import type {Edit} from '../types';

export type Keeping = 'keep' | 'save' | 'look';
// clean: nothing that is not in a revision. typing: only on the screen. kept: on this PC's disk. lost: the agent is away.
export type KeptState = 'clean' | 'typing' | 'kept' | 'saving' | 'lost' | 'failed';

const pauseMs = 350;
const unkeptMs = 2000;  // of somebody who types without a pause
const restMs = 25_000;
const againMs = 700;

const storageName = (id: string): string => `tram.draft.${id}`;

export class Keeper {
  readonly state = signal<KeptState>('clean');
  readonly error = signal<ApiError | null>(null);
  private version = 0;
  private handed = 0;
  private unkeptSince: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;
  private closed = false;

  constructor(private readonly hand: (how: Keeping) => Promise<void>, private readonly dirty: () => boolean,
              private readonly id: string, private readonly edits: () => Edit[]) {
    if (dirty()) this.state.value = 'kept';
    addEventListener('beforeunload', this.leaving);
    document.addEventListener('visibilitychange', this.hidden);
  }

  // What a closed window left behind while the agent was away.
  static left(id: string): Edit[] | null {
    try { return JSON.parse(localStorage.getItem(storageName(id)) ?? 'null') as Edit[] | null; } catch { return null; }
  }

  get busy(): boolean { return this.running !== null || this.state.value === 'typing' || this.state.value === 'lost'; }

  touched(): void {
    ++this.version;
    if (this.state.value !== 'typing' && this.state.value !== 'lost') this.state.value = 'typing';
    this.unkeptSince ??= Date.now();
    this.later(Math.max(0, Math.min(pauseMs, this.unkeptSince + unkeptMs - Date.now())), 'keep');
  }

  // Computed fields and findings of what is there.
  refresh(): Promise<void> { return this.now(this.dirty() ? 'keep' : 'look'); }
  save(): Promise<void> { return this.now('save'); }

  private later(ms: number, how: Keeping): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(() => void this.now(how).catch(() => undefined), ms);
  }

  // One call at a time; what is asked for meanwhile comes after it.
  async now(how: Keeping): Promise<void> {
    clearTimeout(this.timer);
    while (this.running) await this.running.catch(() => undefined);
    this.running = this.run(how);
    try { await this.running; } finally { this.running = null; }
  }

  private async run(how: Keeping): Promise<void> {
    if (how === 'save' && !this.dirty()) { this.state.value = 'clean'; return; }
    const version = this.version;
    this.unkeptSince = null;
    if (how === 'save') this.state.value = 'saving';
    try {
      await this.hand(how);
      this.handed = version;
      this.error.value = null;
      this.drop();
      if (this.version !== version) { this.state.value = 'typing'; this.later(pauseMs, 'keep'); }
      else if (!this.dirty()) this.state.value = 'clean';
      else { this.state.value = 'kept'; if (how === 'keep') this.later(restMs, 'save'); }
    } catch (error) {
      this.failed(error as ApiError, how);
      throw error;
    }
  }

  private failed(error: ApiError, how: Keeping): void {
    if (this.dirty()) localStorage.setItem(storageName(this.id), JSON.stringify(this.edits()));
    const passing = error.unreachable || error.status === 401 || error.status >= 500;
    this.state.value = passing ? 'lost' : 'failed';
    this.error.value = passing ? null : error;
    if (passing) this.later(againMs, how === 'look' && this.dirty() ? 'keep' : how === 'save' ? 'keep' : how);
  }

  private drop(): void { localStorage.removeItem(storageName(this.id)); }

  // Characters that the agent has not are only on the screen: the browser asks before it throws them away.
  private leaving = (event: BeforeUnloadEvent): void => {
    if (this.version === this.handed) return;
    localStorage.setItem(storageName(this.id), JSON.stringify(this.edits()));
    void this.hand('keep').catch(() => undefined);
    event.preventDefault();
  };
  private hidden = (): void => { if (document.hidden && this.dirty()) void this.now('save').catch(() => undefined); };

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    removeEventListener('beforeunload', this.leaving);
    document.removeEventListener('visibilitychange', this.hidden);
    if (this.dirty()) void this.now('save').catch(() => undefined);
  }
}
