/** Before the first spec: the app as it stands in the sources. A demo that runs already, while specs are written, brings its own. */
import { buildWeb } from '../../tools/build-web.ts';

export default async function buildApp(): Promise<void> {
  if (process.env['STRONGROOM_DEMO_READY'] === undefined) await buildWeb();
}
