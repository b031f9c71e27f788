/** The form editor of bpmn.io as the studio has it: in both languages, without the parts that ours replace. */

/** A text in the language of the page, decided when the page is drawn. */
const both = (zh, en) => `(document.documentElement.lang.startsWith("en") ? ${en} : ${zh})`;
const texts = (zh, en) => both(JSON.stringify(zh), JSON.stringify(en));

export const EDITOR = {
  file: /@bpmn-io\/form-js-editor\/dist\/index\.es\.js$/,
  texts: [
    ['title: "Components",\n      children: "Components"', `children: ${texts('组件', 'Components')}`, 1],
    ['placeholder: "Search components"', `placeholder: ${texts('查找组件', 'Search components')}`, 1],
    ['title: "Clear content"', `title: ${texts('清除', 'Clear')}`, 1],
    ['"No components found."', texts('没有这样的组件', 'No such component'), 1],
    ["label: 'Input'", `label: ${texts('填写', 'Input')}`, 1],
    ["label: 'Selection'", `label: ${texts('选择', 'Choice')}`, 1],
    ["label: 'Presentation'", `label: ${texts('说明与版面', 'Text and layout')}`, 1],
    ["label: 'Containers'", `label: ${texts('分组与列表', 'Groups and lists')}`, 1],
    ['title: `Create ${getIndefiniteArticle(type)} ${label} element`',
      `title: ${both('`拖到表单里；单击或按回车，加在所选的后面或里面：${label}`', '`Drag into the form; a click or Enter adds it behind or inside what is selected: ${label}`')}`, 1],
    ['"Drag and drop components here."', texts('把组件拖到这里', 'Drag components here'), 1],
    ['"Build your form"', texts('空白表单', 'An empty form'), 1],
    ['"Drag and drop components here to start designing."',
      texts('从左边拖入组件，或插入常用块。', 'Drag components from the left, or insert a block.'), 1],
    ['"Use the preview window to test your form."',
      texts('“预览”里能看到填写人看到的样子。', '“Preview” shows what people will see.'), 1],
    ["'Remove form field'", texts('删除', 'Delete'), 1],
    ['`Remove ${entry.label}`', both('`删除${entry.label}（Delete）`', '`Delete ${entry.label} (Delete)`'), 1],
    // It listened once more with every drawing, and drew once for each listener.
    ["formEditor.on('changed', newState => {\n        setState(newState);\n      });",
      "useLayoutEffect(() => {\n        formEditor.on('changed', setState);\n"
      + "        return () => formEditor.off('changed', setState);\n      }, []);", 1],
  ],
};

/** Its properties panel isn't shown, so neither are the editors inside it. */
export function withoutPanel() {
  return {
    name: 'without-panel',
    setup(builder) {
      builder.onResolve({ filter: /^@bpmn-io\/(feel-editor|feelers-editor)$/ }, ({ path, importer }) => (
        /form-js-editor/.test(importer) ? { path, namespace: 'without-panel' } : undefined
      ));
      builder.onLoad({ filter: /.*/, namespace: 'without-panel' }, () => ({
        contents: 'export default class {} export class FeelersEditor {}',
      }));
    },
  };
}
