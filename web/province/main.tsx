import {render} from 'preact';

import '../shared/css/all.css';
import {PageHead} from '../shared/ui/basics';
import {LanguageSwitch} from '../shared/ui/looks';
import {Shell} from '../shared/ui/shell';

function App() {
  return (
    <Shell mark="Trạm" about="Tỉnh" places={[{path: '', name: 'Tổng quan'}]} bar={<LanguageSwitch />}>
      <PageHead title="Tổng quan" />
    </Shell>
  );
}

render(<App />, document.getElementById('app')!);
