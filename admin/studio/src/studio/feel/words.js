/** What the expression editor says. Types as FEEL and as forms name them. */
export const words = {
  zh: {
    expression: '表达式',
    sample: '样例结果：',
    types: {
      string: '文字', number: '数字', boolean: '是非', date: '日期', time: '时间',
      'date time': '日期时间', datetime: '日期时间', duration: '时长', list: '列表', context: '一组数据',
      nil: '空值', null: '空值', range: '范围', function: '函数', money: '金额（分）', region: '地址',
      any: '任意',
    },
    phrases: {
      Completions: '可用的名称',
      'Control character': '控制字符',
      Diagnostics: '问题',
      'No diagnostics': '没有问题',
    },
  },
  en: {
    expression: 'Expression',
    sample: 'With the sample: ',
    types: {
      string: 'text', number: 'number', boolean: 'yes/no', date: 'date', time: 'time',
      'date time': 'date and time', datetime: 'date and time', duration: 'duration', list: 'list',
      context: 'several values', nil: 'nothing', null: 'nothing', range: 'range', function: 'function',
      money: 'amount (fen)', region: 'address', any: 'anything',
    },
  },
};
