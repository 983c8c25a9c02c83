/**
 * What an error is about, in words for the person at the terminal: a path, a client's name, an option. It must not be in the
 * error's details, because those reach logs, so it is kept beside the error and shown only there.
 */
const subjects = new WeakMap<Error, string>();

/** Names what an error is about and gives the error back. */
export function nameSubject<E extends Error>(error: E, subject: string): E {
  subjects.set(error, subject);
  return error;
}

/** What an error is about, if that was named. */
export function subjectOf(error: Error): string | undefined {
  return subjects.get(error);
}
