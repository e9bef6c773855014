/** One bar of a picture. */
export interface Bar {
  label: string;
  value: number;
  /** What stands behind it. */
  text: string;
  /** Whether it is what the picture is about. */
  isOurs: boolean;
}

const WIDTH = 760;
const LABELS = 330;
const TEXTS = 130;
const ROW = 30;
const TOP = 44;

/** Horizontal bars from zero, as an SVG that is read on a light and on a dark page. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, text, isOurs }, at) => {
    const y = TOP + at * ROW;
    const width = Math.max(2, (value / most) * (WIDTH - LABELS - TEXTS));
    return `<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end">${escaped(label)}</text>
<rect class="${isOurs ? 'ours' : 'other'}" x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="20" rx="2"/>
<text x="${(LABELS + width + 8).toFixed(1)}" y="${y + 15}">${escaped(text)}</text>`;
  });
  const height = TOP + bars.length * ROW + 6;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.ours { fill: #1a7f37 }
.other { fill: #8c959f }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #3fb950 } .other { fill: #6e7681 } }
</style>
<text class="title" x="10" y="22">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
