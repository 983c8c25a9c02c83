/** The server alone, with the web app as it was built. `npm start` builds it first: tools/start.ts. */
import { runServer } from './run-server.ts';

process.exitCode = await runServer({ args: process.argv.slice(2) });
// A warden that does not end, or a socket that lingers, does not keep an ended server.
process.exit();
