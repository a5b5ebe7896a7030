// What /api/v1/ of the agent answers (docs/openapi-agent.yaml).
export interface Session {
  person: string;
  csrf: string;
  office: string;
  office_name: string;
  two_steps: boolean;
  unit_ended: {code: string; name_vi: string; valid_to: string; successors: {code: string; name: string}[]} | null;
  version: string;
}

export type ReportState = 'draft' | 'submitted' | 'received' | 'returned' | 'approved' | 'locked' | 'reopened';
export type Fate = 'pending' | 'sent' | 'received' | 'accepted' | 'refused' | 'merged' | 'superseded';

export interface Status {
  office: string;
  server: string;
  state: 'idle' | 'syncing' | 'offline' | 'refused' | 'error';
  pending: number;
  last_contact: string | null;
  last_error: {code: string; message: string; message_vi?: string} | null;
  conflicts: number;
  refused: number;
  sequence: number;
  budget?: {day_limit_bytes: number; used_today_bytes: number; spent: boolean};
  link: {bytes_sent: number; bytes_received: number; requests: number};
}

export interface ReportRow {
  id: string;
  form: string;
  period: string;
  rev: string;
  state: ReportState | null;
  conflict: boolean;
  changed_since: boolean;
  awaiting_leader: boolean;
  withdrawal_asked: boolean;
  fate: Fate | null;
  receipt_at: string | null;  // of the province's receipt for what was last submitted
  by?: string;
  at?: string;
}

export interface AgendaEntry {
  form: string;
  label_vi: string;
  label_en: string;
  period: string;
  start: string;
  end: string;
  due: string;
  time: string;
  days_left: number;
  campaign: boolean;
  closed: boolean;
  exempt: string | null;
  report: ReportRow | null;
}

export interface Field {
  id: string;
  label_vi: string;
  label_en: string;
  kind: string;
  unit?: string;
  schema?: {type?: string; enum?: string[]; maxLength?: number};
  decimals?: number;
  choices?: Record<string, {vi: string; en: string}>;
  writer?: 'office' | 'province' | 'program';
  required?: 'submit' | 'issue';
  computed?: string;
  computed_if_listed?: string;
  generated?: string;
}

export interface Section {
  id: string;
  kind: 'fields' | 'rows';
  label_vi: string;
  label_en: string;
  asked_of?: 'office' | 'province';
  filled_from?: string;
  required?: boolean;
  fields: Field[];
}

export interface Form {
  code: string;
  version: number;
  status: string;
  label_vi: string;
  label_en: string;
  sections: Section[];
}

export interface FormEntry {
  code: string;
  version: number;
  label_vi: string;
  label_en: string;
  frequencies: string[];
}

export type Value = number | string | boolean | null | Value[];
export type RowValues = Record<string, Value>;
export interface Remark { text?: string; approx?: boolean }

export interface Finding {
  level: 'error' | 'warning';
  field: string;
  fields: string[];
  rule: string;
  message_vi: string;
  message_en: string;
  remarked: boolean;
}

export interface Report {
  _id: string;
  _rev: string;
  form: string;
  form_version: number;
  period: string;
  unit: {code: string; name_vi: string} | null;
  values: Record<string, Value>;
  rows: Record<string, Record<string, RowValues>>;
  remarks: Record<string, Remark>;
  submission?: {digest: string; n: number; at: string; by: string; withdrawn?: unknown};
  review?: {of: string; verdict: string; by: string; at: string; reasons?: {field: string; text: string}[]; proposed?: Record<string, Value>};
  edit?: {by: string; pc: string; at: string};
  state: ReportState | null;
  conflict: boolean;
  changed_since: boolean;
  awaiting_leader: boolean;
  fate: Fate | null;
  receipt_at: string | null;  // of the province's receipt for what was last submitted
  findings: Finding[];
}

export interface Edit {
  path: string;
  text?: string;
  was?: {value?: Value};
  force?: boolean;
  row?: 'add' | 'delete';
  section?: 'none' | 'open';
  remark?: string;
  approx?: boolean;
}

export interface EditProblem {
  path: string;
  code: string;
  message: string;
  message_vi: string;
  now?: {value?: Value};
}

export interface Judged {
  values: Record<string, Value>;
  computed: Record<string, Record<string, RowValues>>;
  listed: string[];
  read: Record<string, {value?: Value}>;
  problems: EditProblem[];
  findings: Finding[];
}

export interface Revision {
  rev: string;
  parent: string | null;
  leaf: boolean;
  deleted?: boolean;
  local?: boolean;
  kept?: boolean;
  merged_into?: string;
  by?: string;
  pc?: string;
  at?: string;
  changes?: {path: string; before?: unknown; after?: unknown}[];
}

export interface Conflict {
  id: string;
  ours: string;
  theirs: string;
  base: string | null;
  deletion: boolean;
  clashes: {path: string; field: string; base?: unknown; ours?: unknown; theirs?: unknown}[];
  parallel: {path: string; by: 'ours' | 'theirs'}[];
}

export interface LedgerRow {
  id: string;
  rev: string;
  at: string;
  fate: Fate;
  code?: string;
  reason: string | null;
  reason_vi?: string;
  receipt: {at?: string} | null;
}

export interface Attachment { name: string; content_type: string; length: number; sha256: string }

export interface Notice {
  id: string;
  type: string;
  number?: string;
  date?: string;
  abstract?: string;
  acknowledge_by?: string;
  read: Record<string, {at: string; forwarded?: number}> | null;
}

export interface Recommendation {
  _id: string;
  kind?: string;
  petition_text?: string;
  addressed_to?: string;
  state?: string;
  due_date?: string;
  answer_text?: string;
  answered_by?: string;
  answered_date?: string;
  satisfied?: boolean;
}

export interface SearchHit { id: string; from: 'office' | 'reference'; line: string; exact: boolean }

export interface Settings {
  office: string;
  office_name: string;
  two_steps: boolean;
  unit: {code: string; name_vi: string} | null;
  server: string;
  pc: string;
  device: string;
  instance: string;
  pinned: boolean;
  proxy: string;
  folder: string;
  free_bytes: number;
}

export interface ImportPlan {
  id: string;
  new: boolean;
  rev: string | null;
  changes: {place: string; path: string; label: string; before?: Value; after?: Value; what: string}[];
  problems: {place: string; path: string; code: string; message: string; message_vi: string}[];
  legacy: {place: string; encoding: string; before: string; after: string}[];
}
