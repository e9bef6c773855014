import type { Burst } from './burst';

const [WIDTH, HEIGHT, LEFT, BOTTOM] = [720, 320, 60, 40];

/** One curve of a picture: how many jobs have an instance, over the seconds. */
interface Curve {
  name: string;
  colour: string;
  launches: readonly number[];
}

/** The picture of a burst as SVG: what was launched, beside what EC2's buckets allow. */
export function curve({ launches, jobs, ideal }: Burst): string {
  const last = Math.max(ideal, launches.at(-1) ?? 0);
  const x = (seconds: number) => LEFT + (seconds / last) * (WIDTH - LEFT - 10);
  const y = (count: number) => HEIGHT - BOTTOM - (count / jobs) * (HEIGHT - BOTTOM - 30);
  const best = Array.from({ length: jobs }, (_, index) => Math.max(0, (index - 4) / 2));
  const curves: Curve[] = [
    { name: "what EC2's buckets allow", colour: '#9aa0a6', launches: best },
    { name: 'launched', colour: '#1a73e8', launches },
  ];
  const line = ({ colour, launches: times }: Curve) => {
    const step = Math.max(1, Math.floor(times.length / 200));
    const points = times.flatMap((seconds, index) =>
      index % step === 0 || index === times.length - 1 ? [`${x(seconds).toFixed(1)},${y(index + 1).toFixed(1)}`] : [],
    );
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>`;
  };
  const legend = ({ name, colour }: Curve, index: number) =>
    `<text x="${LEFT + 16}" y="${40 + 18 * index}" fill="${colour}">${name}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<path d="M${LEFT} 20V${HEIGHT - BOTTOM}H${WIDTH - 10}" fill="none" stroke="#444"/>`,
    ...curves.map(line),
    ...curves.map(legend),
    `<text x="${WIDTH - 10}" y="${HEIGHT - 12}" text-anchor="end">${Math.round(last)} s after the upload</text>`,
    `<text x="8" y="${y(jobs) + 4}">${jobs}</text>`,
    '</svg>\n',
  ].join('\n');
}
