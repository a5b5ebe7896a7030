// What the province's JSON API answers (docs/openapi-server.yaml).
export type Role = 'viewer' | 'officer' | 'leader' | 'admin';
export const roles: readonly Role[] = ['viewer', 'officer', 'leader', 'admin'];

export interface Session { name: string; full_name: string; role: Role; province: string; csrf: string; idle_s: number }
export interface PeriodRow { period: string; label_vi: string; label_en: string; reports: number }
export interface FormRow { code: string; version: number; status: string; label_vi: string; label_en: string; frequencies: string[] }

export interface ReportRef { office: string; name: string; id: string; form: string; period: string }
export interface Dashboard {
  province: string; at: string; today: string; offices: number; silent_days: number; waiting: number;
  arrived: (ReportRef & {at: string})[];
  conflicts: ReportRef[]; send_again: ReportRef[];
  silent: {office: string; name: string; last_contact: string | null; days: number | null}[];
  refusals: {office: string; name: string; refused: number; id: string; code: string}[];
  trend: {period: string; expected: number; submitted: number; on_time: number; approved: number}[];
}

export interface Cell {
  cell: string; expected: boolean; reason: string | null; late_days: number; due: string | null; first_arrival?: string;
  last_arrival?: string; sent_at?: string; changed_since?: boolean; in_conflict?: boolean; send_again?: boolean;
}
export interface Matrix {
  period: string;
  forms: {form: string; label_vi: string; due: string | null; expected: number; submitted: number; on_time: number; approved: number;
          completeness_pct: number | null; timeliness_pct: number | null}[];
  offices: {office: string; name: string; unit: string; cells: Record<string, Cell>}[];
}

export interface Target {
  id: string; label_vi: string; label_en: string; unit: string; comparator: string; low: number | null; high: number | null;
  period: string; status: string; value: number | null; years: {period: string; value: number | null; status: string}[];
  units: {expected: number; with_data: number; reached: number; share_pct: number | null} | null;
  reason_vi: string | null; reason_en: string | null;
}

export type Value = number | string | boolean | null | Value[];
export interface FormField {
  id: string; label_vi: string; label_en: string; kind: string; unit?: string; decimals?: number;
  choices?: Record<string, {vi: string; en: string}>;
}
export interface FormSection { id: string; kind: 'fields' | 'rows'; label_vi: string; label_en: string; fields: FormField[] }
export interface FormDocument { _id: string; code: string; version: number; label_vi: string; label_en: string; status: string; sections: FormSection[] }

export interface Figure { value: Value; n_reported: number; n_expected: number; approx: boolean; n_listed?: number; n_typed?: number; from?: string; n_carried?: number }
export type UnitedRow = Record<string, Value> & {_id: string};
export interface Consolidation {
  form: string; form_version: number; period: string; scenario: string; kind: string;
  values: Record<string, Figure>; rows: Record<string, UnitedRow[]>;
  differences: {section: string; row: string; field: string; values: {office: string; period: string; value: Value}[]}[];
  warnings: {code?: string; message_vi?: string; message_en?: string; field?: string}[];
  conflicts: {office: string; id: string; fields: string[]}[];
  sources: {office: string; submission: string}[]; expected: string[]; missing: string[];
}
export interface OpenedFigure {
  field: string; value?: Value; n_reported?: number; n_expected?: number;
  inputs?: {office: string; name: string; period: string; value: Value; corrected: boolean; carried: boolean; report?: string; submission?: string}[];
  rows?: {row: string; value: Value; sources: {office: string; period: string; row: string; report: string}[]}[];
}
export interface RunRow {
  id: string; form: string; period: string; scenario: string; at: string; by: string; n_inputs: number; form_version: number;
  stale: {code: string; office?: string; message_vi: string; message_en: string}[];
}
export interface KeptRun extends RunRow { result: Consolidation; reason?: string }

export interface QueueRow extends ReportRef {
  form_vi: string; form_en: string; state: string; changed_since: boolean; in_conflict: boolean; send_again: boolean;
  first_arrival: string; last_arrival: string; sent_at: string; n: number; waits: '' | 'review' | 'office';
}
export interface Reason { field: string; text: string }
export interface ReportBody {
  form: string; form_version: number; period: string; values: Record<string, Value>; rows: Record<string, Record<string, Record<string, Value>>>;
  remarks: Record<string, {text?: string; approx?: boolean}>; unit?: {code: string; name_vi: string} | null;
  submission?: {digest: string; n: number; at: string; by: string; withdrawn?: unknown};
  review?: {of: string; verdict: string; by: string; at: string; reasons?: Reason[]; last_day?: string};
  edit?: {by: string; pc: string; at: string};
}
export interface Finding { level: 'error' | 'warning'; field: string; rule: string; message_vi: string; message_en: string; remarked: boolean }
export interface OpenedReport {
  office: string; name: string; id: string; rev: string; form: string; form_version: number; period: string; state: string;
  changed_since: boolean; in_conflict: boolean; send_again: boolean; withdrawal_asked: boolean;
  report: ReportBody; submission: ReportBody | null; arrival: {at: string} | null;
  previous: {period: string; state: string; report: ReportBody} | null; findings: Finding[];
  versions: {n: number; digest: string; arrived_at: string | null}[];
}
export interface Revision {
  rev: string; parent: string | null; by?: string; pc?: string; at?: string; deleted: boolean; leaf: boolean; merged_into?: string;
  changes?: {path: string; before?: Value; after?: Value}[];
}

export interface Recommendation {
  office: string; name: string; id: string; rev: string; state: string; due_date: string; late: boolean; petition_text?: string; kind?: string;
  theme_code?: string; cause_code?: string; addressed_to?: string; sent_date?: string; answer_text?: string; answer_doc?: string;
  answered_by?: string; answered_date?: string; satisfied?: boolean;
}
export interface Published { _id: string; type: string; title_vi?: string; title?: string; abstract?: string; number?: string; date?: string; text?: string;
  acknowledge_by?: string; published?: {by: string; at: string}; form?: string; period?: string; closed?: boolean; open?: string; due?: string | Record<string, string>;
  expected?: string[]; minimum_pct?: number; code?: string; version?: number; label_vi?: string; label_en?: string; status?: string; question?: string }
export interface Readings {
  n_offices: number; n_delivered: number; n_read: number; acknowledge_by: string | null;
  offices: {office: string; name: string; delivered: boolean; late: boolean; reads: {person: string; at: string; forwarded: number | null}[]}[];
}
export interface OfficeRow {
  slug: string; name: string; unit: string | null; last_contact: string | null; documents: number; conflicts: number; refused: number;
  last_refusal: {id: string; code: string} | null;
}
export interface Person { name: string; full_name: string; role: Role; made_at: string | null; sessions: number }
export interface OpenSession { id: string; user: string; address: string; agent: string; begun_at: string; used_at: string; current: boolean }
export interface AuditRow { n: number; hash: string; at: string; by: string; role: string; from: string; action: string; object: string; detail: unknown; outcome: string }
export interface AuditVerified { rows: number; head: string; sound: boolean; bad_row: number | null }
