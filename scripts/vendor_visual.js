// What static/js/visual/visual_editor.js takes of Milkdown and of what that stands on; vendor.py bundles it into static/vendor/milkdown.js.
export { Editor, commandsCtx, editorViewCtx, editorViewOptionsCtx, remarkCtx, remarkStringifyOptionsCtx, rootCtx, schemaCtx } from '@milkdown/kit/core';
export { ParserState, SerializerState } from '@milkdown/kit/transformer';
export {
  schema as commonmark, inputRules, markInputRules, keymap, commands, codeBlockSchema, headingSchema, imageSchema, linkSchema,
  hardbreakClearMarkPlugin, hardbreakFilterNodes, hardbreakFilterPlugin, inlineNodesCursorPlugin,
  remarkAddOrderInListPlugin, remarkHtmlTransformer, remarkLineBreak, remarkMarker,
} from '@milkdown/kit/preset/commonmark';
export {
  schema as gfm, inputRules as gfmInputRules, keymap as gfmKeymap, commands as gfmCommands, extendListItemSchemaForTask,
  autoInsertSpanPlugin, keepTableAlignPlugin, remarkGFMPlugin, tableEditingPlugin,
} from '@milkdown/kit/preset/gfm';
export { history } from '@milkdown/kit/plugin/history';
export { $inputRule, $node, $prose, $remark, $view } from '@milkdown/kit/utils';
export { lift, setBlockType, toggleMark, wrapIn } from '@milkdown/kit/prose/commands';
export { gapCursor } from '@milkdown/kit/prose/gapcursor';
export { redo, undo } from '@milkdown/kit/prose/history';
export { InputRule } from '@milkdown/kit/prose/inputrules';
export { Fragment, Slice } from '@milkdown/kit/prose/model';
export { liftListItem, wrapInList } from '@milkdown/kit/prose/schema-list';
export { EditorState, NodeSelection, Plugin, Selection, TextSelection } from '@milkdown/kit/prose/state';
export { deleteColumn, deleteRow, deleteTable, isInTable } from '@milkdown/kit/prose/tables';
export { defaultHandlers } from 'mdast-util-to-markdown';
