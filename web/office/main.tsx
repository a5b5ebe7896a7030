// The office's page: who is signed in sees the pages, everybody else the door.
import {render} from 'preact';

import '../common/css/all.css';
import './office.css';
import {language} from '../common/i18n';
import {route} from '../common/route';
import {Button} from '../common/ui/basics';
import {LanguageSwitch} from '../common/ui/looks';
import {Shell} from '../common/ui/shell';
import {Waiting} from '../common/ui/waiting';
import {Conflicts} from './conflict';
import {FormPage} from './form/page';
import {History} from './history';
import {ImportPage} from './import';
import {Inbox} from './inbox';
import {LineSign} from './line_sign';
import {Log} from './log';
import {Reports} from './reports';
import {Search} from './search';
import {door, enter, session, signOut, status, unread} from './session';
import {SettingsPage} from './settings';
import {SignIn} from './sign_in';
import {Start} from './start';
import {t} from './words';

function Page() {
  const [name = '', ...rest] = route.value.path;
  switch (name) {
    case '': return <Start />;
    case 'reports': return <Reports />;
    case 'report': return <FormPage key={rest[0]} id={rest[0] ?? ''} />;
    case 'history': return <History key={rest[0]} id={rest[0] ?? ''} />;
    case 'conflict': return <Conflicts key={rest[0]} id={rest[0] ?? ''} />;
    case 'inbox': return <Inbox id={rest[0]} />;
    case 'import': return <ImportPage />;
    case 'search': return <Search key={route.value.query.get('q') ?? ''} />;
    case 'log': return <Log />;
    case 'settings': return <SettingsPage />;
    default: return <Start />;
  }
}

function App() {
  document.title = language.value === 'vi' ? 'Trạm – đơn vị' : 'Trạm – office';
  if (door.value === 'asking') return <Waiting again={() => void enter()} />;
  if (!session.value) return <SignIn />;
  const places = [
    {path: '', name: t('nav.start')},
    {path: 'reports', name: t('nav.reports')},
    {path: 'conflict', name: t('nav.conflict'), count: status.value?.conflicts},
    {path: 'inbox', name: t('nav.inbox'), count: unread.value},
    {path: 'search', name: t('nav.search')},
    {path: 'log', name: t('nav.log'), count: status.value?.refused},
    {path: 'settings', name: t('nav.settings')},
  ];
  const bar = (
    <>
      <LineSign />
      <span class="small muted person">{session.value.person}</span>
      <LanguageSwitch />
      <Button kind="quiet" slim onClick={() => void signOut()}>{t('door.leave')}</Button>
    </>
  );
  return (
    <>
      <Shell mark="Trạm" about={session.value.office_name || session.value.office} places={places} bar={bar}><Page /></Shell>
      {door.value === 'out' && <SignIn over />}
    </>
  );
}

void enter();
render(<App />, document.getElementById('app')!);
