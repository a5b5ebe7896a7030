// What is being typed into one report.
//
// Typing changes signals and nothing else, so a key costs no more than one input. At each pause all edits go to the agent,
// which keeps them on its disk and says what they mean (computed fields, findings, what it could not read); only then
// does the page call them saved. After a longer rest, on leaving and on Ctrl+S they become one revision.
import {batch, computed, signal, type ReadonlySignal, type Signal} from '@preact/signals';

import {ApiError, get, post, put} from '../../common/api';
import {language} from '../../common/i18n';
import type {Edit, EditProblem, Field, Finding, Form, Judged, Report, RowValues, Section, Value} from '../types';
import {Keeper, type Keeping} from './keeper';
import {textOf} from './text';
import {Turns} from './turns';

export const editable = (report: Report): boolean => !['received', 'approved', 'locked'].includes(report.state ?? 'locked');

interface Said { problem: EditProblem | undefined; findings: Finding[] }
const nothingSaid: Said = {problem: undefined, findings: []};

const keyOf = (edit: Edit): string =>
  edit.text !== undefined ? edit.path
    : `${edit.row ? 'row' : edit.section ? 'section' : edit.remark !== undefined ? 'remark' : 'approx'}:${edit.path}`;

export class FormStore {
  readonly report: Signal<Report>;
  readonly judged = signal<Judged | null>(null);
  readonly strict = signal(false);  // a submission was tried: what is missing is told too
  readonly keeper: Keeper;
  readonly turns = new Turns();
  private readonly edits = new Map<string, Edit>();
  private readonly cells = new Map<string, Signal<string>>();
  private readonly rows = new Map<string, Signal<string[] | null>>();
  private readonly fields = new Map<string, Field>();
  focused: string | null = null;

  constructor(readonly id: string, readonly form: Form, report: Report, draft: Edit[]) {
    this.report = signal(report);
    for (const section of form.sections) {
      for (const field of section.fields) this.fields.set(section.kind === 'rows' ? `${section.id}//${field.id}` : field.id, field);
    }
    for (const edit of draft) this.edits.set(keyOf(edit), edit);
    this.keeper = new Keeper((how) => this.hand(how), () => this.edits.size > 0, id, () => this.list());
    void this.keeper.refresh().catch(() => undefined);
  }

  private readonly closed = computed(() => !editable(this.report.value));
  get readOnly(): boolean { return this.closed.value; }
  private list(): Edit[] { return [...this.edits.values()]; }

  fieldAt(path: string): Field | undefined {
    const [section, , name] = path.split('/');
    return this.fields.get(name === undefined ? path : `${section}//${name}`);
  }

  // The value in the last revision known here; undefined: unanswered.
  saved(path: string): Value | undefined {
    const [section = '', row, name] = path.split('/');
    const {values, rows} = this.report.value;
    return name === undefined ? values[path] : rows[section]?.[row!]?.[name];
  }

  // What stands in a field.
  cell(path: string): Signal<string> {
    let found = this.cells.get(path);
    if (!found) {
      const edit = this.edits.get(path);
      const field = this.fieldAt(path);
      found = signal(edit?.text ?? (field ? textOf(field, this.saved(path)) : ''));
      this.cells.set(path, found);
    }
    return found;
  }

  type(path: string, text: string): void {
    this.cell(path).value = text;
    const before = this.edits.get(path);
    const saved = this.saved(path);
    this.edits.set(path, {path, text, was: before?.was ?? (saved === undefined ? {} : {value: saved}), ...(before?.force ? {force: true} : {})});
    this.keeper.touched();
  }

  // Another one changed it meanwhile: mine counts, or theirs.
  settle(path: string, mine: boolean): void {
    const edit = this.edits.get(path);
    if (!edit) return;
    if (mine) this.edits.set(path, {...edit, force: true});
    else {
      this.edits.delete(path);
      this.cell(path).value = textOf(this.fieldAt(path)!, this.saved(path));
    }
    this.keeper.touched();
  }

  remark(path: string): string { return this.edits.get(`remark:${path}`)?.remark ?? this.report.value.remarks[path]?.text ?? ''; }
  setRemark(path: string, remark: string): void {
    this.edits.set(`remark:${path}`, {path, remark});
    this.keeper.touched();
  }
  approx(path: string): boolean { return this.edits.get(`approx:${path}`)?.approx ?? this.report.value.remarks[path]?.approx ?? false; }

  // Ids of a section's rows in order; null: the section was not touched.
  rowsOf(section: string): Signal<string[] | null> {
    let found = this.rows.get(section);
    if (!found) {
      found = signal(this.countRows(section));
      this.rows.set(section, found);
    }
    return found;
  }
  private countRows(section: string): string[] | null {
    const saved = this.report.value.rows[section];
    const ids = new Set(Object.keys(saved ?? {}));
    let touched = saved !== undefined;
    for (const edit of this.edits.values()) {
      if (edit.section && edit.path === section) touched = edit.section === 'none';
      if (!edit.row || !edit.path.startsWith(`${section}/`)) continue;
      touched = true;
      if (edit.row === 'add') ids.add(edit.path.slice(section.length + 1));
      else ids.delete(edit.path.slice(section.length + 1));
    }
    return touched || ids.size > 0 ? [...ids].sort() : null;
  }

  addRows(section: string, count: number): string[] {
    const before = this.rowsOf(section).value ?? [];
    let last = before.reduce((most, id) => Math.max(most, Number(id.slice(0, 4))), 0);
    const added: string[] = [];
    for (let i = 0; i < count && last < 9999; ++i) {
      const hex = [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      const id = `${String(++last).padStart(4, '0')}-${hex}`;
      this.edits.set(`row:${section}/${id}`, {path: `${section}/${id}`, row: 'add'});
      added.push(id);
    }
    this.edits.delete(`section:${section}`);
    this.rowsOf(section).value = [...before, ...added].sort();
    this.keeper.touched();
    return added;
  }

  deleteRow(section: string, row: string): void {
    const path = `${section}/${row}`;
    for (const key of [...this.edits.keys()]) if (key === `row:${path}` || key.includes(`${path}/`)) this.edits.delete(key);
    if (this.report.value.rows[section]?.[row]) this.edits.set(`row:${path}`, {path, row: 'delete'});
    this.rowsOf(section).value = this.countRows(section);
    this.keeper.touched();
  }

  setNone(section: string, none: boolean): void {
    this.edits.set(`section:${section}`, {path: section, section: none ? 'none' : 'open'});
    this.rowsOf(section).value = none ? [] : null;
    this.keeper.touched();
  }

  // What is wrong at a field, for people; empty: nothing.
  private readonly findingsByPath = computed(() => {
    const by = new Map<string, Finding[]>();
    for (const finding of this.judged.value?.findings ?? []) {
      const list = by.get(finding.field) ?? [];
      list.push(finding);
      by.set(finding.field, list);
    }
    return by;
  });
  private readonly problems = computed(() => new Map((this.judged.value?.problems ?? []).map((one) => [one.path, one])));

  // What is said at one field. Each judgement says all anew; whoever reads one field hears of it only when that changed.
  private readonly said = new Map<string, ReadonlySignal<Said>>();
  saidAt(path: string): Said {
    let found = this.said.get(path);
    if (!found) {
      let last = nothingSaid;
      found = computed(() => {
        const problem = this.problems.value.get(path), all = this.findingsByPath.value.get(path);
        if (!problem && !all) return last = nothingSaid;
        const findings = (all ?? []).filter((one) => this.strict.value || one.rule !== 'required');
        const now = {problem, findings};
        return JSON.stringify(now) === JSON.stringify(last) ? last : last = now;
      });
      this.said.set(path, found);
    }
    return found.value;
  }
  findingsIn(section: Section): Finding[] {
    const mine = new Set(section.fields.map((field) => field.id));
    return (this.judged.value?.findings ?? []).filter((one) =>
      section.kind === 'rows' ? one.field === section.id || one.field.startsWith(`${section.id}/`) : mine.has(one.field));
  }
  invalid(path: string): ReadonlySignal<boolean> {
    return computed(() => this.saidAt(path).problem !== undefined || this.saidAt(path).findings.some((one) => one.level === 'error'));
  }

  computedAt(path: string): ReadonlySignal<Value | undefined> {
    const [section = '', row, name] = path.split('/');
    return computed(() => name === undefined ? this.judged.value?.values[path] : this.judged.value?.computed[section]?.[row!]?.[name]);
  }

  // Hands the edits to the agent; Keeper says when.
  private async hand(how: Keeping): Promise<void> {
    const sent = this.list();
    const path = `/reports/${encodeURIComponent(this.id)}`;
    const body = {edits: sent, style: language.value};
    if (how === 'save') {
      const done = await post<{rev: string | null; left: Edit[]}>(`${path}/save`, body);
      const left = new Set(done.left.map(keyOf));
      for (const edit of sent) {
        const key = keyOf(edit);
        if (this.edits.get(key) === edit && !left.has(key)) this.edits.delete(key);
      }
      await this.reload();
      return;
    }
    this.show(this.readOnly || how === 'look' ? await post<Judged>(`${path}/judge`, body) : await put<Judged>(`${path}/draft`, body));
  }

  // What the agent read a text as stands in the field in its usual form, unless somebody is in it.
  private show(judged: Judged): void {
    batch(() => {
      this.judged.value = judged;
      const wrong = new Set(judged.problems.map((one) => one.path));
      for (const [path, read] of Object.entries(judged.read)) {
        const field = this.fieldAt(path);
        const edit = this.edits.get(path);
        if (!field || wrong.has(path) || path === this.focused || edit?.text !== this.cell(path).peek()) continue;
        const text = textOf(field, read.value);
        if (edit) edit.text = text;  // the same edit: one that is being saved meanwhile is done afterwards
        this.cell(path).value = text;
      }
    });
  }

  // The report may have changed elsewhere: fields that nobody is typing in follow it.
  async reload(): Promise<void> {
    const report = await get<Report>(`/reports/${encodeURIComponent(this.id)}`);
    batch(() => {
      this.report.value = report;
      for (const [path, cell] of this.cells) {
        const field = this.fieldAt(path);
        if (field && !this.edits.has(path) && path !== this.focused) cell.value = textOf(field, this.saved(path));
      }
      for (const [section, rows] of this.rows) {
        const now = this.countRows(section);
        if (JSON.stringify(now) !== JSON.stringify(rows.peek())) rows.value = now;
      }
    });
    await this.hand('look');
  }

  rowValues(section: string, row: string): RowValues { return this.report.value.rows[section]?.[row] ?? {}; }
  close(): void { this.keeper.close(); }
}

export async function openStore(id: string, stop: AbortSignal): Promise<FormStore> {
  const path = `/reports/${encodeURIComponent(id)}`;
  const [report, draft] = await Promise.all([
    get<Report>(path, {signal: stop}),
    get<{edits: Edit[]} | null>(`${path}/draft`, {signal: stop}),
  ]);
  if (report.state === null || report.state === undefined) throw new ApiError('no_form', 'form', 404);
  const form = await get<Form>(`/forms/${report.form}/${report.form_version}`, {signal: stop});
  stop.throwIfAborted();
  return new FormStore(id, form, report, Keeper.left(id) ?? draft?.edits ?? []);
}
