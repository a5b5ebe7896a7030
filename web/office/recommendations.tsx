// What the office asks of the province, and the answers.
import {useState} from 'preact/hooks';

import {ApiError, get, post, segment} from '../common/api';
import {day} from '../common/format';
import {label} from '../common/i18n';
import {useLoad} from '../common/load';
import {Badge, Button, Card, Empty} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field as Labelled} from '../common/ui/field';
import {Failure, Show} from '../common/ui/waiting';
import {formOf} from './document';
import {choicesOf, shownText} from './form/text';
import type {Field, Recommendation} from './types';
import {t} from './words';

const asked = ['kind', 'cause_code', 'theme_code', 'addressed_to', 'petition_text'];

function Write({fields, close, done}: {fields: Field[]; close: () => void; done: () => void}) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [error, setError] = useState<ApiError | null>(null);
  const set = (name: string, value: string) => setValues({...values, [name]: value});
  const send = async () => {
    setError(null);
    try {
      await post('/recommendations', Object.fromEntries(Object.entries(values).filter(([, value]) => value !== '')));
      close();
      done();
    } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Dialog title={t('ask.new')} onClose={close} onSubmit={() => void send()}
            footer={<><Button onClick={close}>{t('act.cancel')}</Button><Button type="submit" kind="primary">{t('ask.send')}</Button></>}>
      {error && <Failure error={error} />}
      {fields.map((field) => (
        <Labelled key={field.id} label={label(field, field.id)}>
          {(bound) => field.kind === 'longtext'
            ? <textarea class="textarea" rows={5} required {...bound} value={values[field.id] ?? ''} onInput={(event) => set(field.id, event.currentTarget.value)} />
            : <select class="select" {...bound} value={values[field.id] ?? ''} onChange={(event) => set(field.id, event.currentTarget.value)}>
                <option value="" />{choicesOf(field).map((one) => <option key={one.value} value={one.value}>{one.name}</option>)}
              </select>}
        </Labelled>
      ))}
    </Dialog>
  );
}

function One({of, fields, reload}: {of: Recommendation; fields: Map<string, Field>; reload: () => void}) {
  const [error, setError] = useState<ApiError | null>(null);
  const answer = async (satisfied: boolean) => {
    setError(null);
    try { await post(`/recommendations/${segment(of._id)}`, {satisfied: String(satisfied)}); reload(); } catch (wrong) { setError(wrong as ApiError); }
  };
  const state = shownText(fields.get('state'), of.state ?? 'moi');
  return (
    <li class="version">
      <div class="row between"><span class="strong">{shownText(fields.get('kind'), of.kind)}</span>
        <span class="row"><Badge tone={of.state === 'da_tra_loi' ? 'good' : 'info'}>{state}</Badge>{of.due_date && <span class="small muted">{t('ask.due', {day: day(of.due_date)})}</span>}</span></div>
      <p class="text">{of.petition_text}</p>
      {of.answer_text && <blockquote class="text"><p class="small muted">{of.answered_by} {day(of.answered_date)}</p>{of.answer_text}</blockquote>}
      {error && <Failure error={error} />}
      {of.answer_text && of.satisfied === undefined && (
        <div class="row"><Button slim onClick={() => void answer(true)}>{t('ask.satisfied')}</Button><Button slim onClick={() => void answer(false)}>{t('ask.unsatisfied')}</Button></div>
      )}
    </li>
  );
}

export function Recommendations() {
  const work = useLoad('recommendations', (stop) => Promise.all([get<Recommendation[]>('/recommendations', {signal: stop}), formOf('form:bm12')]), 20_000);
  const [writing, setWriting] = useState(false);
  const form = work.data?.[1];
  const fields = new Map(form?.sections.flatMap((section) => section.kind === 'rows' ? section.fields : []).map((field) => [field.id, field]) ?? []);
  return (
    <Card title={t('ask.title')} flush actions={<Button slim disabled={fields.size === 0} onClick={() => setWriting(true)}>{t('ask.new')}</Button>}>
      <Show of={work}>
        {([all]) => all.length === 0 ? <Empty>{t('ask.none')}</Empty>
          : <ul class="timeline">{all.map((one) => <One key={one._id} of={one} fields={fields} reload={work.reload} />)}</ul>}
      </Show>
      {writing && <Write fields={asked.flatMap((name) => fields.get(name) ?? [])} close={() => setWriting(false)} done={work.reload} />}
    </Card>
  );
}
