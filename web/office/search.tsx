// Documents by their words, with or without accents.
import {useState} from 'preact/hooks';

import {get} from '../common/api';
import {number, period} from '../common/format';
import {useLoad} from '../common/load';
import {href, route} from '../common/route';
import {Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Field} from '../common/ui/field';
import {Show} from '../common/ui/waiting';
import type {SearchHit} from './types';
import {t, vi, type Word} from './words';

export function placeOf(id: string): {name: string; to: string | null} {
  const [kind = '', form = '', periodId = ''] = id.split(':');
  const known = `kind.${kind}` as Word;
  const word = known in vi ? t(known) : kind;
  if (kind === 'report' || kind === 'submission' || kind === 'arrival') {
    return {name: `${word} ${form.toUpperCase()} · ${period(periodId)}`, to: href('report', `report:${form}:${periodId}`)};
  }
  if (['guidance', 'tbt_notice', 'answer', 'recommendation'].includes(kind)) return {name: `${word} ${form.slice(0, 24)}`, to: href('inbox', id)};
  return {name: `${word} ${form}`, to: null};
}

function Hits({text}: {text: string}) {
  const work = useLoad(`search ${text}`, (stop) => text ? get<SearchHit[]>(`/search?q=${encodeURIComponent(text)}`, {signal: stop}) : Promise.resolve([]));
  return (
    <Show of={work}>
      {(hits) => hits.length === 0 ? <Empty>{text ? t('search.none') : t('search.how')}</Empty> : (
        <Card title={t('search.found', {n: number(hits.length)})} flush>
          <ul class="lines pad">
            {hits.map((hit) => {
              const {name, to} = placeOf(hit.id);
              return <li key={hit.id + hit.from} class="hit">{to ? <a class="strong" href={to}>{name}</a> : <span class="strong">{name}</span>}<span class="grow">{hit.line}</span></li>;
            })}
          </ul>
        </Card>
      )}
    </Show>
  );
}

export function Search() {
  const asked = route.value.query.get('q') ?? '';
  const [text, setText] = useState(asked);
  return (
    <>
      <PageHead title={t('nav.search')} />
      <form class="row search" role="search" onSubmit={(event) => { event.preventDefault(); location.hash = `#/search?q=${encodeURIComponent(text.trim())}`; }}>
        <div class="grow">
          <Field label={t('search.words')} hint={t('search.hint')}>
            {(bound) => <input class="input" type="search" {...bound} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
          </Field>
        </div>
        <Button type="submit" kind="primary">{t('nav.search')}</Button>
      </form>
      <Hits text={asked} />
    </>
  );
}
