import { quotaCode } from '../../cli/doctor/quota';

test.each([
  ['m7i.large', false, 'L-1216C47A'],
  ['m7i.large', true, 'L-34B43A08'],
  ['im4gn.large', false, 'L-1216C47A'],
  ['is4gen.large', false, 'L-1216C47A'],
  ['t4g.nano', true, 'L-34B43A08'],
  ['g5.xlarge', false, 'L-DB2E81BA'],
  ['gr6.4xlarge', true, 'L-3819A6DF'],
  ['p5.48xlarge', false, 'L-417A185B'],
  ['inf2.xlarge', false, 'L-1945791B'],
  ['trn1.2xlarge', true, 'L-6B0D517C'],
  ['x2idn.16xlarge', false, 'L-7295265B'],
  ['u-6tb1.metal', false, 'L-43DA4232'],
  ['u7i-12tb.224xlarge', true, undefined],
])('%s, spot %s, counts against %s', (type, isSpot, code) => {
  expect(quotaCode(type, isSpot)).toBe(code);
});
