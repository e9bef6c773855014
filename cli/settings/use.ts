import { EXIT } from '../../contract/user-error';
import type { Globals } from '../shared/globals';
import { withVersions } from './context';
import { defaultsSoFar } from './defaults';
import { findVersion } from './find-version';
import { makeDefault } from './make-default';
import { printMove } from './print-move';

/** `settings use N`: makes a version the default. Returns the exit status. */
export function use(word: string, options: Globals): Promise<number> {
  return withVersions(options, async (context) => {
    const { template } = context;
    const version = findVersion(context, word);
    const line = [...defaultsSoFar(template, template.defaultsTag), version.number];
    printMove(context, await makeDefault(context, version, line), options);
    return EXIT.done;
  });
}
