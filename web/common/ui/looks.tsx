// The switches of language, colours, text size and contrast.
import type {Signal} from '@preact/signals';

import {language, setLanguage} from '../i18n';
import {contrast, contrasts, textSize, textSizes, theme, themes} from '../prefs';
import {words, type Word} from '../words';
import {Field} from './field';

function Choice<T extends string>({name, of, from}: {name: Word; of: Signal<T>; from: readonly T[]}) {
  return (
    <Field label={words(name)}>
      {(bound) => (
        <select class="select" {...bound} value={of.value} onChange={(event) => { of.value = event.currentTarget.value as T; }}>
          {from.map((one) => <option key={one} value={one}>{words(`${name}.${one}` as Word)}</option>)}
        </select>
      )}
    </Field>
  );
}

export function Looks() {
  return (
    <div class="looks">
      <Field label={words('looks.language')}>
        {(bound) => (
          <select class="select" {...bound} value={language.value}
                  onChange={(event) => setLanguage(event.currentTarget.value === 'en' ? 'en' : 'vi')}>
            <option value="vi" lang="vi">Tiếng Việt</option>
            <option value="en" lang="en">English</option>
          </select>
        )}
      </Field>
      <Choice name="looks.theme" of={theme} from={themes} />
      <Choice name="looks.text" of={textSize} from={textSizes} />
      <Choice name="looks.contrast" of={contrast} from={contrasts} />
    </div>
  );
}

export function LanguageSwitch() {
  const other = language.value === 'vi' ? 'en' : 'vi';
  return (
    <button type="button" class="button quiet slim" lang={other} onClick={() => setLanguage(other)}>
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </button>
  );
}
