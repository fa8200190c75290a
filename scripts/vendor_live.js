// What static/js/live/live_session.js takes of Yjs; vendor.py bundles it into static/vendor/yjs.js.
export { Doc, UndoManager, applyUpdate, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from 'yjs';
