/** @jsxImportSource preact */
/** An address from province to door. */
import { requiredParts, REGION_PARTS } from '../../../../forms/js/types.js';
import { Fields, shownWhenReadonly, useTouched, useWords } from './pieces.jsx';

const PROVINCES = [
  '北京市', '天津市', '河北省', '山西省', '内蒙古自治区', '辽宁省', '吉林省', '黑龙江省', '上海市', '江苏省',
  '浙江省', '安徽省', '福建省', '江西省', '山东省', '河南省', '湖北省', '湖南省', '广东省', '广西壮族自治区',
  '海南省', '重庆市', '四川省', '贵州省', '云南省', '西藏自治区', '陕西省', '甘肃省', '青海省', '宁夏回族自治区',
  '新疆维吾尔自治区', '台湾省', '香港特别行政区', '澳门特别行政区',
];

// What browsers call the levels of an address.
const AUTOFILL = {
  province: 'address-level1',
  city: 'address-level2',
  county: 'address-level3',
  town: 'address-level4',
  street: 'street-address',
};

function Region({ field, domId, errors, value, onChange, onFocus, ...props }) {
  const { say } = useWords();
  const touched = useTouched(props);
  const required = requiredParts(field);
  const parts = REGION_PARTS.filter((part) => required.includes(part) || usual(field, part));
  const address = value ?? {};
  const put = (part, text) => {
    const next = { ...address, [part]: text };
    onChange({ value: Object.values(next).some(Boolean) ? next : null });
  };
  // Judged when somebody leaves the address, not between its parts.
  const leave = ({ currentTarget, relatedTarget }) => {
    if (!currentTarget.contains(relatedTarget)) touched(value);
  };
  return (
    <Fields field={field} domId={domId} errors={errors} onFocusOut={leave}>
      <div class="ow-region">
        {parts.map((part) => (
          <div class={`ow-region-part ow-region-${part}`} key={part}>
            <label for={`${domId}-${part}`}>
              {say(part)}
              {!required.includes(part) && field.validate?.required && <span class="optional">{say('optional')}</span>}
            </label>
            <input
              class="form-control"
              id={`${domId}-${part}`}
              type="text"
              list={part === 'province' ? `${domId}-provinces` : undefined}
              autocomplete={AUTOFILL[part]}
              placeholder={part === 'street' ? say('streetHint') : undefined}
              value={address[part] ?? ''}
              onInput={({ target }) => put(part, target.value)}
              onFocus={onFocus}
            />
          </div>
        ))}
      </div>
      <datalist id={`${domId}-provinces`}>
        {PROVINCES.map((province) => <option key={province} value={province} />)}
      </datalist>
    </Fields>
  );
}

/** Where a definition doesn't list the parts, all are offered. */
const usual = (field) => typeof field.properties?.parts !== 'string';

export const region = [
  shownWhenReadonly(Region, { type: 'region', name: '地址', emptyValue: null }),
];
