import { z } from '../schemas.ts';

/** No parameters, no query or no body. */
export const none = z.strictObject({});
