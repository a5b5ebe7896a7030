// How far what was typed is safe, in words: on the screen only, on this PC's disk, in a revision.
import {Badge} from '../../common/ui/basics';
import {t} from '../words';
import type {FormStore} from './store';

export function SaveSign({store}: {store: FormStore}) {
  if (store.readOnly) return <Badge>{t('save.readOnly')}</Badge>;
  const state = store.keeper.state.value;
  const tone = state === 'lost' || state === 'failed' ? 'bad' : state === 'kept' || state === 'clean' ? 'good' : 'plain';
  return <span role="status" class="save-sign" data-save={state}><Badge tone={tone}>{t(`save.${state}`)}</Badge></span>;
}
