import { JSON_CODES } from './aws-json';
import { readJson, writeJson } from './json';
import { errorTraits, type Sdk } from './operation';
import { rest } from './rest';
import { send } from './send';
import type { Protocol } from './types';

/** restJson1, of Image Builder and others. */
export function restJson(sdk: Sdk): Protocol {
  const contentType = 'application/json';
  return {
    ...rest(sdk, {
      contentType,
      readBody: async ({ body }) => body.toString(),
      read: readJson,
      write: writeJson,
    }),
    refusalCodes: JSON_CODES,

    writeError({ code, message, status }, res) {
      const headers = { 'content-type': contentType, 'x-amzn-errortype': code };
      send(res, status ?? errorTraits(sdk, code).httpError ?? 400, headers, JSON.stringify({ message }));
    },
  };
}
