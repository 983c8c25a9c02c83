export type { BackupHead } from './head.ts';
export { listBackups } from './list-backups.ts';
export { makeBackup } from './make-backup.ts';
export type { BackupOptions, MadeBackup } from './make-backup.ts';
export type { Retention } from './retention.ts';
export { verifyBackup } from './verify-backup.ts';
export type { BackupReport, VerifyOptions } from './verify-backup.ts';
export type { ContentProblem, VerifiedContents } from './verify-contents.ts';
