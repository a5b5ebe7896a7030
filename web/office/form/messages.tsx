// What is wrong at a field, beside it: rules, texts that could not be read, and a value that changed elsewhere.
import {language} from '../../common/i18n';
import {Button} from '../../common/ui/basics';
import type {Finding} from '../types';
import {t} from '../words';
import type {FormStore} from './store';
import {shownText} from './text';

export const findingText = (finding: Finding): string => (language.value === 'en' ? finding.message_en : finding.message_vi);

export function Messages({store, path, id}: {store: FormStore; path: string; id: string}) {
  const {problem, findings: found} = store.saidAt(path);
  const findings = problem ? [] : found;
  if (!problem && findings.length === 0) return null;
  return (
    <div class="messages" id={id}>
      {problem?.code === 'changed_elsewhere' ? (
        <p class="bad">
          {t('form.changedElsewhere', {now: shownText(store.fieldAt(path), problem.now?.value)})}{' '}
          <Button slim onClick={() => store.settle(path, true)}>{t('form.keepMine')}</Button>{' '}
          <Button slim onClick={() => { store.settle(path, false); void store.reload(); }}>{t('form.takeTheirs')}</Button>
        </p>
      ) : problem && <p class="bad">✕ {language.value === 'en' ? problem.message : problem.message_vi}</p>}
      {findings.map((finding) => (
        <p key={finding.rule + finding.message_vi} class={finding.level === 'error' ? 'bad' : 'warn'}>
          {finding.level === 'error' ? '✕' : '!'} {findingText(finding)}
          {finding.level === 'warning' && !finding.remarked && <span class="muted"> {t('form.needsRemark')}</span>}
        </p>
      ))}
    </div>
  );
}
