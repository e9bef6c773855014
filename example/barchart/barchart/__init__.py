"""Bar charts as SVG text."""
from xml.sax.saxutils import escape

_ROW, _BAR, _LABELS, _BARS, _VALUES = 34, 22, 140, 460, 130


def bar_chart(title, values, unit=''):
    """An SVG drawing with one horizontal bar for each (label, value) of `values`, drawn in the given order.

    Values must not be negative: ValueError.
    """
    values = list(values)
    if any(value < 0 for _, value in values):
        raise ValueError('a bar chart shows no negative values')
    width, height = _LABELS + _BARS + _VALUES, 50 + _ROW * len(values)
    longest = max([value for _, value in values] + [0]) or 1
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" font-family="sans-serif" font-size="14">'
        % (width, height, width),
        '<title>%s</title>' % escape(title),
        '<text x="0" y="22" font-size="18">%s</text>' % escape(title),
    ]
    for index, (label, value) in enumerate(values):
        top = 44 + index * _ROW
        length = _BARS * value / longest
        lines.append('<text x="%d" y="%d" text-anchor="end">%s</text>' % (_LABELS - 10, top + 16, escape(str(label))))
        lines.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="#3b6ea5"/>' % (_LABELS, top, length, _BAR))
        shown = '{:,.0f} {}'.format(value, unit).strip()
        lines.append('<text x="%.1f" y="%d">%s</text>' % (_LABELS + length + 8, top + 16, escape(shown)))
    return '\n'.join(lines + ['</svg>'])
