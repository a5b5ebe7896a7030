// The province's pages: who is signed in sees those of the role, everybody else the door.
import {render} from 'preact';

import '../common/css/all.css';
import './province.css';
import {language} from '../common/i18n';
import {route} from '../common/route';
import {Button} from '../common/ui/basics';
import {LanguageSwitch} from '../common/ui/looks';
import {Shell} from '../common/ui/shell';
import {Waiting} from '../common/ui/waiting';
import {Account} from './account';
import {AuditPage} from './audit';
import {DashboardPage} from './dashboard';
import {Offices} from './offices';
import {People} from './people';
import {Publishing} from './publishing';
import {Recommendations} from './recommendations';
import {History} from './history';
import {Review} from './review';
import {ReviewOne} from './review_one';
import {Runs} from './runs';
import {door, enter, may, session, signOut, waiting} from './session';
import {SignIn} from './sign_in';
import {Tables} from './tables';
import type {Role} from './types';
import {t, type Word} from './words';

const places: {path: string; word: Word; least: Role}[] = [
  {path: '', word: 'nav.start', least: 'viewer'},
  {path: 'review', word: 'nav.review', least: 'officer'},
  {path: 'tables', word: 'nav.tables', least: 'viewer'},
  {path: 'runs', word: 'nav.runs', least: 'viewer'},
  {path: 'recommendations', word: 'nav.recommendations', least: 'officer'},
  {path: 'publishing', word: 'nav.publishing', least: 'officer'},
  {path: 'offices', word: 'nav.offices', least: 'viewer'},
  {path: 'people', word: 'nav.people', least: 'admin'},
  {path: 'audit', word: 'nav.audit', least: 'admin'},
  {path: 'account', word: 'nav.account', least: 'viewer'},
];

function Page() {
  const [name = '', first = '', second = ''] = route.value.path;
  const place = places.find((one) => one.path === name);
  if (!place || !may(place.least)) return <DashboardPage />;
  switch (name) {
    case 'review':
      if (first && route.value.path[3] === 'history') return <History office={first} id={second} />;
      return first ? <ReviewOne key={first + second} office={first} id={second} /> : <Review />;
    case 'tables': return <Tables />;
    case 'runs': return <Runs id={first} />;
    case 'recommendations': return <Recommendations />;
    case 'publishing': return <Publishing kind={first} id={second} />;
    case 'offices': return <Offices />;
    case 'people': return <People />;
    case 'audit': return <AuditPage />;
    case 'account': return <Account />;
    default: return <DashboardPage />;
  }
}

function App() {
  document.title = language.value === 'vi' ? 'Trạm – tỉnh' : 'Trạm – province';
  if (door.value === 'asking') return <Waiting again={() => void enter()} />;
  if (!session.value) return <SignIn />;
  const shown = places.filter((place) => may(place.least))
    .map(({path, word}) => ({path, name: t(word), count: path === 'review' ? waiting.value : undefined}));
  const bar = (
    <>
      <a class="small person" href="#/account">{session.value.full_name || session.value.name} · {t(`role.${session.value.role}`)}</a>
      <LanguageSwitch />
      <Button kind="quiet" slim onClick={() => void signOut()}>{t('door.leave')}</Button>
    </>
  );
  return (
    <>
      <Shell mark="Trạm" about={session.value.province} places={shown} bar={bar}><Page /></Shell>
      {door.value === 'out' && <SignIn over />}
    </>
  );
}

void enter();
render(<App />, document.getElementById('app')!);
