// Something secret that is shown this once: a token, a password.
import {Button} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {toast} from '../common/ui/toast';
import {t} from './words';

export function Secret({title, how, secret, onClose}: {title: string; how: string; secret: string; onClose: () => void}) {
  const copy = async () => { try { await navigator.clipboard.writeText(secret); toast(t('secret.copied')); } catch { toast(t('secret.copyYourself')); } };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={onClose} footer={<><Button onClick={() => void copy()}>{t('secret.copy')}</Button><Button type="submit" kind="primary">{t('secret.done')}</Button></>}>
      <p>{how}</p>
      <code class="secret">{secret}</code>
      <p class="small muted">{t('secret.once')}</p>
    </Dialog>
  );
}
