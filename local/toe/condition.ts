import fs from 'node:fs';
import type { Condition } from '../../imagebuilder/schema';
import { pathIn, type Root } from './root';

/** Whether a condition holds in the root, by "Use comparison operators in AWSTOE component documents". */
export function holds({ operator, operand, value }: Condition, root: Root): boolean {
  const text = String(operand);
  const number = Number(operand);
  switch (operator) {
    case 'and':
      return (operand as Condition[]).every((part) => holds(part, root));
    case 'or':
      return (operand as Condition[]).some((part) => holds(part, root));
    case 'not':
      return !holds(operand as Condition, root);
    case 'stringIsEmpty':
      return text === '';
    case 'stringEquals':
      return text === String(value);
    case 'patternMatches':
      return new RegExp(text).test(String(value));
    case 'numberEquals':
      return Number(value) === number;
    case 'numberLessThan':
      return Number(value) < number;
    case 'numberGreaterThan':
      return Number(value) > number;
    case 'fileExists':
      return fs.statSync(pathIn(root, text), { throwIfNoEntry: false })?.isFile() ?? false;
    case 'folderExists':
      return fs.statSync(pathIn(root, text), { throwIfNoEntry: false })?.isDirectory() ?? false;
    default:
      return ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((folder) =>
        fs.existsSync(pathIn(root, `${folder}/${text}`)),
      );
  }
}
