import { print, printLine } from '../../cli/shared/print';

function printed(work: () => void): string {
  let text = '';
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((part) => {
    text += part;
    return true;
  });
  work();
  write.mockRestore();
  return text;
}

test('times have one form in all JSON, whoever wrote them', () => {
  const status = {
    submitted: '2026-11-26T06:00:28.000Z',
    ended: '2026-11-26T06:00:43Z',
    updated: '2026-11-26T06:00:43.162Z',
    started: null,
    phases: [{ start: '2026-11-26T06:00:28.5Z', seconds: 1 }],
    message: '2026-11-26T06:00:28.000Z',
  };
  const expected = {
    ...status,
    submitted: '2026-11-26T06:00:28Z',
    updated: '2026-11-26T06:00:43Z',
    phases: [{ start: '2026-11-26T06:00:28Z', seconds: 1 }],
  };
  expect(JSON.parse(printed(() => print(status)))).toEqual(expected);
  expect(JSON.parse(printed(() => printLine(status)))).toEqual(expected);
});
