/** Which names expressions of the definition may use, with a sample of their values. */
import { t } from './words.js';

const KINDS = {
  number: 'number', money: 'number', checkbox: 'boolean', checklist: 'list', taglist: 'list', datetime: 'date',
};

const fieldNames = (fields) =>
  fields.map(({ path, label, type, list }) => ({
    name: `answers.${list ? list : path}`, label, type: list ? 'list' : KINDS[type] ?? 'string',
  }));

/** Over the application's answers: materials, summary. */
export function answersScope({ fields, sample }, definition) {
  return {
    names: fieldNames(fields[definition.apply_form ?? 'apply'] ?? []),
    sample: { answers: sample },
  };
}

/** What routing variables are worked out from. */
export function startScope(around, definition) {
  const { names, sample } = answersScope(around, definition);
  return {
    names: [
      ...names,
      { name: 'applicant.name', type: 'string', label: t('applicantName') },
      { name: 'applicant.kind', type: 'string', label: t('applicantKind') },
      { name: 'filing.channel', type: 'string', label: t('filingChannel') },
      { name: 'filing.tenant', type: 'string', label: t('filingTenant') },
    ],
    sample: { ...sample, applicant: { name: '林秋', kind: 'person' }, filing: { channel: 'online', tenant: '' } },
  };
}

/** What a certificate may say: the answers to all forms, the case, the certificate itself. */
export function certificateScope({ fields, sample, today, tenant }) {
  const own = (owner, name, type = 'string') => ({ name: `${owner}.${name}`, type, label: t(`${owner}.${name}`) });
  return {
    names: [
      ...fieldNames(Object.values(fields).flat()),
      own('case', 'applicant_name'), own('case', 'applicant_id'), own('case', 'number'),
      own('case', 'receipt_number'), own('case', 'tenant'),
      own('certificate', 'number'), own('certificate', 'issued_on', 'date'),
      own('certificate', 'valid_from', 'date'), own('certificate', 'valid_until', 'date'),
    ],
    sample: {
      answers: sample,
      case: { applicant_name: '林秋', applicant_id: '459021198506120027', number: '', receipt_number: '', tenant: tenant.name },
      certificate: { number: '1', issued_on: today, valid_from: today, valid_until: today },
    },
  };
}
