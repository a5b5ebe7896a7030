// Scans and photos of a report, with their progress while they come in.
import {useState} from 'preact/hooks';

import {ApiError, get, remove, segment, upload} from '../../common/api';
import {bytes} from '../../common/format';
import {useLoad} from '../../common/load';
import {Button, Card, Empty, Progress} from '../../common/ui/basics';
import {Failure, Show} from '../../common/ui/waiting';
import type {Attachment} from '../types';
import {t} from '../words';

interface Coming { name: string; part: number; stop: AbortController }

export function Attachments({id}: {id: string}) {
  const path = `/reports/${segment(id)}/attachments`;
  const list = useLoad(path, (stop) => get<Attachment[]>(path, {signal: stop}));
  const [coming, setComing] = useState<Coming[]>([]);
  const [error, setError] = useState<ApiError | null>(null);
  const take = async (files: FileList | null) => {
    setError(null);
    for (const file of files ?? []) {
      const stop = new AbortController();
      setComing((all) => [...all, {name: file.name, part: 0, stop}]);
      try {
        await upload(`${path}/${segment(file.name)}`, file, (part) =>
          setComing((all) => all.map((one) => one.stop === stop ? {...one, part} : one)), stop.signal);
      } catch (wrong) {
        if ((wrong as ApiError).code !== 'stopped') setError(wrong as ApiError);
      }
      setComing((all) => all.filter((one) => one.stop !== stop));
    }
    list.reload();
  };
  const drop = async (name: string) => {
    try { await remove(`${path}/${segment(name)}`); list.reload(); } catch (wrong) { setError(wrong as ApiError); }
  };
  const choose = (
    <label class="button slim no-print">
      {t('files.add')}
      <input type="file" multiple class="visually-hidden" aria-label={t('files.add')} onChange={(event) => { void take(event.currentTarget.files); event.currentTarget.value = ''; }} />
    </label>
  );
  return (
    <Card title={t('files.title')} actions={choose} id="attachments">
      <div class="stack tight" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); void take(event.dataTransfer?.files ?? null); }}>
        {error && <Failure error={error} />}
        <Show of={list}>
          {(files) => files.length === 0 && coming.length === 0 ? <Empty>{t('files.none')}</Empty> : (
            <ul class="lines">
              {files.map((file) => (
                <li key={file.name}>
                  <a href={`/api/v1${path}/${segment(file.name)}`} download={file.name}>{file.name}</a>
                  <span class="row"><span class="muted small">{bytes(file.length)}</span>
                    <Button kind="quiet" slim aria-label={`${t('files.remove')}: ${file.name}`} onClick={() => void drop(file.name)}>{t('files.remove')}</Button></span>
                </li>
              ))}
            </ul>
          )}
        </Show>
        {coming.map((one) => (
          <div key={one.name} class="row">
            <span class="grow">{one.name}<Progress part={one.part} label={one.name} /></span>
            <Button slim onClick={() => one.stop.abort()}>{t('act.cancel')}</Button>
          </div>
        ))}
      </div>
    </Card>
  );
}
