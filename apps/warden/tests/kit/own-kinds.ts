/** Which of the warden's own entries a body is. */
export function kindOf(body: Uint8Array): string {
  for (const kind of [
    'warden.refused',
    'destruction.intended',
    'destruction.stopped',
    'destroyed',
    'hour.cut',
  ])
    if (Buffer.from(body).includes(kind)) return kind;
  return 'unknown';
}
