/** 办事指南 and 收费: what applicants read, with the page they get beside it. */
import { Checks, Text, Words } from './fields.jsx';
import { Rows } from './list.jsx';
import { Panel } from './panel.jsx';
import { GuidePreview } from './preview.jsx';
import { useStore } from './store.jsx';
import { t } from './words.js';

const empty = () => ({ zh: '', en: '' });
const CHANNELS = ['window', 'online', 'post', 'self-service'];

export function Guide() {
  const { around } = useStore();
  const usual = (name) => (around.usual[name] ? t('usual', { value: around.usual[name] }) : '');
  return (
    <div class="set-with-preview">
      <div>
        <Panel title={t('guide.who')}>
          <Rows path="guide.conditions" label={t('conditions')} hint={t('conditionsHint')} empty={t('noConditions')} add={t('addCondition')} fresh={empty} name={(item) => item.zh}>
            {(path) => <Words path={path} lines={1} />}
          </Rows>
          <Rows path="guide.legal_basis" label={t('legalBasis')} hint={t('basisHint')} add={t('addBasis')} fresh={empty} name={(item) => item.zh}>
            {(path) => <Words path={path} lines={1} placeholder="《……》第……条" />}
          </Rows>
        </Panel>
        <Panel title={t('guide.where')}>
          <Words path="guide.place" label={t('place')} hint={t('placeHint')} lines={1} placeholder={usual('place')} optional />
          <Words path="guide.hours" label={t('hours')} lines={1} placeholder={usual('hours')} optional />
          <Checks path="guide.channels" label={t('channels')} options={CHANNELS.map((each) => [each, t(`channel.${each}`)])} fallback={['window']} />
          <div class="set-pair">
            <Text path="guide.phone" label={t('phone')} kind="tel" placeholder={usual('phone')} optional />
            <Text path="guide.complaint_phone" label={t('complaintPhone')} kind="tel" placeholder={usual('complaint_phone')} optional />
          </div>
          <Words path="guide.result" label={t('result')} hint={t('resultHint')} lines={1} optional />
        </Panel>
        <Panel title={t('guide.questions')}>
          <Rows path="guide.questions" empty={t('noQuestions')} add={t('addQuestion')} fresh={() => ({ q: empty(), a: empty() })} name={(item) => item.q?.zh}>
            {(path) => (
              <>
                <Words path={`${path}.q`} label={t('question')} />
                <Words path={`${path}.a`} label={t('answer')} lines={2} />
              </>
            )}
          </Rows>
        </Panel>
      </div>
      <GuidePreview />
    </div>
  );
}

export function Fees() {
  return (
    <div class="set-with-preview">
      <Panel title={t('fees')} hint={t('feesHint')}>
        <Rows path="guide.fees" empty={t('free')} add={t('addFee')} fresh={() => ({ name: empty(), standard: empty(), basis: empty() })} name={(item) => item.name?.zh}>
          {(path) => (
            <>
              <Words path={`${path}.name`} label={t('feeName')} />
              <Words path={`${path}.standard`} label={t('feeStandard')} hint={t('feeStandardHint')} lines={1} />
              <Words path={`${path}.basis`} label={t('feeBasis')} lines={1} placeholder="《……》第……条" />
            </>
          )}
        </Rows>
      </Panel>
      <GuidePreview />
    </div>
  );
}
