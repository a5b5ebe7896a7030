// What is asked before something is published to every office.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {ApiError, get, post} from '../common/api';
import {label} from '../common/i18n';
import {useLoad} from '../common/load';
import {Button} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {toast} from '../common/ui/toast';
import {Failure} from '../common/ui/waiting';
import {useForms} from './pick';
import type {Kind} from './publishing';
import type {OfficeRow, Published} from './types';
import {t, type Word} from './words';

interface Ends { onClose: () => void; done: () => void }

function usePublish(done: () => void) {
  const {busy, error, act: publish} = useAct(async (body: object) => {
    await post('/reference', body);
    toast(t('publish.done'));
    done();
  });
  return {error, busy, publish};
}

function Ask({title, busy, error, onClose, send, children}: {
  title: string; busy: boolean; error: ApiError | null; onClose: () => void; send: () => void; children: preact.ComponentChildren;
}) {
  return (
    <Dialog title={title} onClose={onClose} onSubmit={send}
            footer={<><Button onClick={onClose}>{t('act.cancel')}</Button><Button type="submit" kind="primary" disabled={busy}>{t('publish.send')}</Button></>}>
      {error && <Failure error={error} />}
      {children}
    </Dialog>
  );
}

export function CampaignDialog({of, onClose, done}: {of: Partial<Published>} & Ends) {
  const forms = useForms();
  const offices = useLoad('offices', (stop) => get<OfficeRow[]>('/offices', {signal: stop}));
  const {error, busy, publish} = usePublish(done);
  const known = of._id !== undefined;
  const [form, setForm] = useState(of.form ?? '');
  const [period, setPeriod] = useState(of.period ?? '');
  const [due, setDue] = useState(typeof of.due === 'string' ? of.due : of.due?.['office'] ?? '');
  const [closed, setClosed] = useState(of.closed ?? false);
  const [minimum, setMinimum] = useState(of.minimum_pct === undefined ? '' : String(of.minimum_pct));
  const [expected, setExpected] = useState<string[]>(of.expected ?? []);
  const {_id: _1, ...rest} = of as Published & {_rev?: string};
  const send = () => {
    const body: Record<string, unknown> = {...rest, type: 'campaign', form, period, closed, expected};
    delete body['_rev'];
    if (due) body['due'] = due; else delete body['due'];
    if (minimum) body['minimum_pct'] = Number(minimum); else delete body['minimum_pct'];
    void publish(body);
  };
  return (
    <Ask title={t(known ? 'publish.changeCampaign' : 'publish.new.campaign')} busy={busy} error={error} onClose={onClose} send={send}>
      <div class="picks">
        <Field label={t('pick.form')}>{(bound) => (
          <select class="select" {...bound} required disabled={known} value={form} onChange={(event) => setForm(event.currentTarget.value)}>
            <option value="" />{forms.data?.map((one) => <option key={one.code} value={one.code}>{one.code.toUpperCase()} · {label(one)}</option>)}
          </select>
        )}</Field>
        <Field label={t('pick.period')} hint={t('publish.periodHint')}>{(bound) => <input class="input" {...bound} required disabled={known} maxLength={20} value={period} onInput={(event) => setPeriod(event.currentTarget.value)} />}</Field>
        <Field label={t('col.due')} hint={t('publish.dueHint')}>{(bound) => <input class="input" type="date" {...bound} value={due} onInput={(event) => setDue(event.currentTarget.value)} />}</Field>
        <Field label={t('publish.minimum')}>{(bound) => <input class="input" type="number" min={0} max={100} {...bound} value={minimum} onInput={(event) => setMinimum(event.currentTarget.value)} />}</Field>
      </div>
      <fieldset class="stack tight">
        <legend class="small strong">{t('publish.expected')}</legend>
        <div class="checks">{offices.data?.map((one) => (
          <label class="check" key={one.slug}><input type="checkbox" checked={expected.includes(one.slug)} onChange={(event) => setExpected(event.currentTarget.checked ? [...expected, one.slug] : expected.filter((slug) => slug !== one.slug))} /> {one.name}</label>
        ))}</div>
      </fieldset>
      <label class="check"><input type="checkbox" checked={closed} onChange={(event) => setClosed(event.currentTarget.checked)} /> {t('publish.closeIt')}</label>
    </Ask>
  );
}

// "12/KH-UBND" -> "12-kh-ubnd": a name within its kind.
const nameOf = (text: string): string => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60);

export function NoticeDialog({kind, onClose, done}: {kind: Exclude<Kind, 'campaign'>} & Ends) {
  const {error, busy, publish} = usePublish(done);
  const [fields, setFields] = useState<Record<string, string>>({});
  const put = (name: string) => (event: {currentTarget: {value: string}}) => setFields({...fields, [name]: event.currentTarget.value});
  const at = (name: string) => fields[name] ?? '';
  const send = () => {
    const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
    void publish({_id: `${kind}:${nameOf(at('number')) || Date.now().toString(36)}`, type: kind, ...said});
  };
  const days = kind === 'tbt_notice' ? ['date', 'acknowledge_by', 'comment_deadline'] : ['date', 'acknowledge_by'];
  return (
    <Ask title={t(`publish.new.${kind}` as Word)} busy={busy} error={error} onClose={onClose} send={send}>
      <Field label={t('publish.number')} hint={t('publish.numberHint')}>{(bound) => <input class="input" {...bound} required maxLength={80} value={at('number')} onInput={put('number')} />}</Field>
      <Field label={t(kind === 'answer' ? 'publish.question' : 'publish.abstract')}>{(bound) => <textarea class="textarea" rows={2} {...bound} required value={at('abstract')} onInput={put('abstract')} />}</Field>
      <Field label={t('publish.text')}>{(bound) => <textarea class="textarea" rows={6} {...bound} value={at('text')} onInput={put('text')} />}</Field>
      <div class="picks">{days.map((name) => <Field key={name} label={t(`publish.${name}` as Word)}>{(bound) => <input class="input" type="date" {...bound} value={at(name)} onInput={put(name)} />}</Field>)}</div>
    </Ask>
  );
}
