const WORD = /^[^\s]*[a-z]{2,}[^\s]*$/i;

/** What a text says by itself, without what is put into it. */
function textOf({ type, value, quasis }) {
  if (type === 'StringLiteral') return value;
  return type === 'TemplateLiteral' ? quasis.map((part) => part.value.cooked).join(' ') : '';
}

/** A sentence for people, of three words or more, into which no more than names are put. */
function isSentence(node) {
  const isPlain = (node.expressions ?? []).every(({ type }) => ['Identifier', 'MemberExpression'].includes(type));
  const words = textOf(node).split(/\s+/);
  return isPlain && words.filter((word) => WORD.test(word)).length >= 3;
}

/** The facts of a log line, beside its event. */
function areFacts({ node, parent }) {
  if (node.type !== 'ObjectExpression' || parent?.type !== 'CallExpression') return false;
  const { object } = parent.callee;
  return (object?.name ?? object?.property?.name) === 'logger';
}

/** Leaves out what no test is to repeat: how a sentence is worded, and what a log line has beside its event. */
const ignorer = {
  shouldIgnore(path) {
    if (isSentence(path.node)) return 'a sentence';
    return areFacts(path) ? 'facts of a log line' : undefined;
  },
};

exports.strykerPlugins = [{ kind: 'Ignore', name: 'wording', value: ignorer }];
