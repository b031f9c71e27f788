/** @jsxImportSource preact */
/** Rules about several answers: what must be true, and what is said where it isn't. */
import { Both, Choice, Feel, Rows, Section } from './inputs.jsx';
import { bracketed } from '../words.js';
import { t } from './words.js';

export function Rules({ form, edit, scope, fields }) {
  const { rules = [] } = form;
  return (
    <Section title={t('rules')} count={rules.length}>
      <p class="fd-note">{t('rulesHint')}</p>
      <Rows
        items={rules} add={t('addRule')} fresh={() => ({ when: '=', message: '' })}
        onChange={(next) => edit({ rules: next.length ? next : undefined })}
        draw={(rule, put) => (
          <>
            <Feel label={t('mustHold')} scope={scope} value={rule.when} onChange={(when) => put({ when: when ?? '=' })} />
            <Both label={t('message')} name="message" of={rule} edit={(change) => put({ message: rule.message, ...change })} />
            <Choice
              label={t('saidAt')} value={rule.field}
              options={[['', t('saidAtForm')], ...fields.map(({ path, label }) => [path, bracketed(label, path)])]}
              onChange={(field) => put({ field })}
            />
          </>
        )}
      />
    </Section>
  );
}
