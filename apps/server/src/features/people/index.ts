import type { HandlersOf } from '../../handler.ts';
import { enrol, startRegistration } from './enrol.ts';

export const peopleHandlers: HandlersOf<'startRegistration' | 'enrol'> = { startRegistration, enrol };
