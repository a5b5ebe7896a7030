// What offices recommend, those due first, and the province's answers.
import {useState} from 'preact/hooks';

import {ApiError, get, post} from '../common/api';
import {day} from '../common/format';
import {useLoad} from '../common/load';
import {Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {toast} from '../common/ui/toast';
import {Failure, Show} from '../common/ui/waiting';
import {choose, chosen} from './pick';
import {State, stateWord} from './states';
import type {Recommendation} from './types';
import {t} from './words';

// Where each state leads (reporting: recommendations).
const next: Record<string, string[]> = {
  moi: ['da_tiep_nhan', 'dang_xu_ly', 'da_tra_loi', 'tu_choi'], da_tiep_nhan: ['dang_xu_ly', 'da_tra_loi', 'tu_choi'],
  dang_xu_ly: ['da_tra_loi', 'tu_choi'], mo_lai: ['dang_xu_ly', 'da_tra_loi', 'tu_choi', 'dong'], da_tra_loi: ['dong'], tu_choi: ['dong'], dong: [],
};
const isOpen = (one: Recommendation): boolean => ['moi', 'da_tiep_nhan', 'dang_xu_ly', 'mo_lai'].includes(one.state);

function Answer({of, onClose, done}: {of: Recommendation; onClose: () => void; done: () => void}) {
  const [state, setState] = useState(next[of.state]?.[0] ?? of.state);
  const [text, setText] = useState(of.answer_text ?? '');
  const [document, setDocument] = useState(of.answer_doc ?? '');
  const [due, setDue] = useState(of.due_date);
  const [error, setError] = useState<ApiError | null>(null);
  const needsText = state === 'da_tra_loi' || state === 'tu_choi';
  const send = async () => {
    setError(null);
    try {
      await post(`/offices/${of.office}/recommendations/${encodeURIComponent(of.id)}/answer`, {state, ...(text && {answer_text: text}), ...(document && {answer_doc: document}), ...(due && {due_date: due})});
      toast(t('answer.sent', {name: of.name}));
      done();
    } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Dialog title={t('answer.title', {name: of.name})} onClose={onClose} onSubmit={() => void send()}
            footer={<><Button onClick={onClose}>{t('act.cancel')}</Button><Button type="submit" kind="primary">{t('answer.send')}</Button></>}>
      {error && <Failure error={error} />}
      <blockquote class="text">{of.petition_text}</blockquote>
      <div class="picks">
        <Field label={t('answer.state')}>{(bound) => (
          <select class="select" {...bound} value={state} onChange={(event) => setState(event.currentTarget.value)}>{[...(next[of.state] ?? []), ...(next[of.state]?.length ? [] : [of.state])].map((one) => <option key={one} value={one}>{stateWord(one)}</option>)}</select>
        )}</Field>
        <Field label={t('answer.due')}>{(bound) => <input class="input" type="date" {...bound} value={due} onInput={(event) => setDue(event.currentTarget.value)} />}</Field>
      </div>
      <Field label={t('answer.text')} hint={needsText ? t('answer.textNeeded') : undefined}>{(bound) => <textarea class="textarea" rows={5} {...bound} required={needsText} value={text} onInput={(event) => setText(event.currentTarget.value)} />}</Field>
      <Field label={t('answer.document')}>{(bound) => <input class="input" {...bound} value={document} onInput={(event) => setDocument(event.currentTarget.value)} />}</Field>
    </Dialog>
  );
}

export function Recommendations() {
  const all = chosen('all') === 'yes';
  const list = useLoad('recommendations', (stop) => get<Recommendation[]>('/recommendations', {signal: stop}));
  const [answering, setAnswering] = useState<Recommendation | null>(null);
  return (
    <>
      <PageHead title={t('nav.recommendations')} about={t('answer.about')} actions={<label class="check"><input type="checkbox" checked={all} onChange={(event) => choose({all: event.currentTarget.checked ? 'yes' : ''})} /> {t('answer.all')}</label>} />
      <Show of={list}>
        {(rows) => {
          const seen = rows.filter((one) => all || isOpen(one));
          if (seen.length === 0) return <Card><Empty>{t('answer.none')}</Empty></Card>;
          return (
            <ul class="stack tight">{seen.map((one) => (
              <li key={one.office + one.id}>
                <Card title={<>{one.name} <span class="muted small">{t('answer.sentOn', {day: day(one.sent_date)})}</span></>}
                      actions={<span class="row states"><State of={one.state} />{one.due_date && isOpen(one) && <Badge tone={one.late ? 'bad' : 'plain'}>{t(one.late ? 'answer.late' : 'answer.dueOn', {day: day(one.due_date)})}</Badge>}
                        {one.state !== 'dong' && <Button slim onClick={() => setAnswering(one)} aria-label={`${t('answer.act')}: ${one.name}`}>{t('answer.act')}</Button>}</span>}>
                  <div class="stack tight">
                    <p class="text">{one.petition_text}</p>
                    {one.answer_text && <p class="text answer"><b>{t('answer.ours')}</b> {one.answer_text} <span class="muted small">{one.answered_by} {day(one.answered_date)} {one.answer_doc}</span></p>}
                    {one.satisfied === false && <p class="small warn">{t('answer.unsatisfied')}</p>}
                  </div>
                </Card>
              </li>
            ))}</ul>
          );
        }}
      </Show>
      {answering && <Answer of={answering} onClose={() => setAnswering(null)} done={() => { setAnswering(null); list.reload(); }} />}
    </>
  );
}
