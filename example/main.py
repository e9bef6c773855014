"""Example app: sums up the sales in the CSV file of input.zip and writes a table and a report into output.zip."""
import csv
import io
import logging
import os
import sys
import zipfile
from collections import OrderedDict
from decimal import Decimal, InvalidOperation

from barchart import bar_chart

HERE = os.path.dirname(os.path.abspath(__file__))
INPUT = os.path.join(HERE, 'input.zip')
OUTPUT = os.path.join(HERE, 'output.zip')
LOG = os.path.join(HERE, 'app.log')
COLUMNS = ('date', 'region', 'product', 'units', 'unit_price')

log = logging.getLogger('sales')


class BadInput(Exception):
    """The input cannot be used; the message says what is wrong with it."""


def read_sales(path):
    """The rows of the one CSV file in the archive, as dicts with numbers where numbers belong."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith('.csv')]
        if len(names) != 1:
            raise BadInput('input.zip must hold exactly one CSV file, it holds %d' % len(names))
        with archive.open(names[0]) as raw:
            reader = csv.DictReader(io.TextIOWrapper(raw, encoding='utf-8-sig', newline=''))
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
            if missing:
                raise BadInput('%s has no column %s' % (names[0], ', '.join(missing)))
            for row in reader:
                try:
                    row['units'] = int(row['units'])
                    row['unit_price'] = Decimal(row['unit_price'])
                except (TypeError, ValueError, InvalidOperation):
                    raise BadInput('%s line %d: units and unit_price must be numbers' % (names[0], reader.line_num))
                yield row


def summarise(rows):
    """{(column, value): [rows, units, revenue]} for every month, region and product."""
    totals = OrderedDict()
    for row in rows:
        revenue = row['units'] * row['unit_price']
        for group in (('month', row['date'][:7]), ('region', row['region']), ('product', row['product'])):
            total = totals.setdefault(group, [0, 0, Decimal(0)])
            total[0] += 1
            total[1] += row['units']
            total[2] += revenue
    return totals


def as_csv(totals):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator='\n')
    writer.writerow(['by', 'value', 'rows', 'units', 'revenue'])
    for (column, value), (rows, units, revenue) in sorted(totals.items()):
        writer.writerow([column, value, rows, units, '%.2f' % revenue])
    return text.getvalue()


def as_report(totals):
    charts = []
    for column, title in (('month', 'Revenue by month'), ('region', 'Revenue by region'), ('product', 'Revenue by product')):
        bars = [(value, total[2]) for (name, value), total in totals.items() if name == column]
        bars.sort(key=lambda bar: bar[0] if column == 'month' else -bar[1])
        charts.append(bar_chart(title, [(label, float(value)) for label, value in bars], 'EUR'))
    page = '<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>Sales</title>\n<h1>Sales</h1>\n%s\n</html>\n'
    return page % '\n'.join(charts)


def main():
    logging.basicConfig(filename=LOG, level=logging.INFO, format='%(asctime)s %(levelname)s %(message)s')
    log.info('Python %s reads %s', sys.version.split()[0], os.path.basename(INPUT))
    try:
        totals = summarise(read_sales(INPUT))
    except (BadInput, zipfile.BadZipFile) as error:
        log.error('%s', error)
        sys.exit('bad input: %s' % error)
    # Under another name until it is whole: half an output must not look like one.
    with zipfile.ZipFile(OUTPUT + '.part', 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr('summary.csv', as_csv(totals))
        archive.writestr('report.html', as_report(totals))
    os.replace(OUTPUT + '.part', OUTPUT)
    log.info('wrote %s with %d groups', os.path.basename(OUTPUT), len(totals))
    print('%d groups summed up' % len(totals))


if __name__ == '__main__':
    main()
