export { insertAttachments, nameAttachments } from './attachments.ts';
export { assertFollowing } from './read-statement.ts';
export { entryHandlers } from './submit-entry.ts';
export { toSignatures } from './signatures.ts';
