// oxlint plugin with one rule: no clock and no randomness out of the air.
//
// Time, timers and random numbers reach product code through a context object, which is what makes the seeded simulation
// and the tests with a moved clock possible. Only the files named in .oxlintrc.json may ask the platform itself.

const BANNED_MEMBERS = new Set([
  'Date.now',
  'Math.random',
  'Temporal.Now',
  'performance.now',
  'performance.timeOrigin',
]);
const BANNED_FUNCTIONS = new Set(['setTimeout', 'setInterval', 'setImmediate']);
const TIMER_MODULES = new Set(['node:timers', 'node:timers/promises', 'timers', 'timers/promises']);

const HINT = 'take it from the context that was handed in';

/** `globalThis.Date` and `Date` alike. */
function globalName(node) {
  if (node.type === 'Identifier') return node.name;
  if (node.type !== 'MemberExpression') return undefined;
  if (node.object.type !== 'Identifier' || node.object.name !== 'globalThis') return undefined;
  return propertyName(node);
}

function propertyName(node) {
  if (!node.computed) return node.property.name;
  return node.property.type === 'Literal' ? String(node.property.value) : undefined;
}

const ambient = {
  meta: {
    type: 'problem',
    docs: { description: 'Ban clock, timers and randomness that were not handed in' },
  },
  create(context) {
    const report = (node, what) => context.report({ node, message: `${what} is not allowed here: ${HINT}.` });
    return {
      MemberExpression(node) {
        const owner = globalName(node.object);
        const name = owner === undefined ? undefined : `${owner}.${propertyName(node)}`;
        if (name !== undefined && BANNED_MEMBERS.has(name)) report(node, name);
      },
      NewExpression(node) {
        if (globalName(node.callee) === 'Date' && node.arguments.length === 0) report(node, 'new Date()');
      },
      CallExpression(node) {
        const name = globalName(node.callee);
        if (name === 'Date') report(node, 'Date()');
        if (name !== undefined && BANNED_FUNCTIONS.has(name)) report(node, name);
      },
      ImportDeclaration(node) {
        if (node.importKind !== 'type' && TIMER_MODULES.has(node.source.value))
          report(node, node.source.value);
      },
    };
  },
};

export default { meta: { name: 'strongroom' }, rules: { ambient } };
